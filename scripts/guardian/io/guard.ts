import { UserError } from '../../base/user-error.ts'
import { printTarget, type Target } from '../../names/target.ts'
import { ownerOfAlarm } from '../alarms.ts'
import { type Call, type Decision, decide } from '../decide.ts'
import { guardianErrors } from '../errors.ts'
import { readEvent } from '../events.ts'
import { noteHome, sendHome, settleHome } from './back.ts'
import { endDeployment } from './deployments.ts'
import { type Looked, lookAtOwner, lookAtRecorded } from './look.ts'
import { stepRollouts } from './step.ts'
import { tellOfAlarm } from './tell.ts'
import type { GuardianTools } from './tools.ts'
import { watchersOf } from './watchers.ts'

/** What a guardian did about a call, in words: one line for each service that it was about. */
export type Guarded = { readonly did: 'back' | 'steps' | 'nothing'; readonly says: readonly string[] }

/**
 * Answers a call: of an alarm, of a deadline, of what ECS did, or for the steps. Throws where it could not see or not
 * write, so that Lambda calls again.
 */
export async function guard(tools: GuardianTools, call: unknown): Promise<Guarded> {
  const event = readEvent(call, tools.place)
  switch (event.type) {
    case 'unknown':
      return answer(tools, 'nothing', [event.says])
    case 'steps':
      return answer(tools, 'steps', await stepRollouts(tools))
    case 'deployment':
      return await endDeployment(tools, event)
    case 'deadline': {
      const target = { service: event.service, environment: tools.place.environment }
      return await goBack(tools, event, target, () => lookAtRecorded(tools, target))
    }
    case 'alarm':
      if (!event.rings) return answer(tools, 'nothing', [`the alarm ${event.name} rings no more`])
      return await onAlarm(tools, event)
  }
}

async function onAlarm(tools: GuardianTools, call: Extract<Call, { type: 'alarm' }>): Promise<Guarded> {
  const owner = ownerOfAlarm(call.name, tools.place.environment)
  if (owner !== undefined)
    return await goBack(tools, call, owner.target, () => lookAtOwner(tools, owner.target, owner.kinds))
  const targets = await watchersOf(tools, call.name)
  if (targets.length === 0)
    return answer(tools, 'nothing', [`the alarm ${call.name} rings; no rollout here watches it`])
  const all = await Promise.all(
    targets.map(target => goBack(tools, call, target, () => lookAtRecorded(tools, target))),
  )
  const did = all.some(one => one.did === 'back') ? 'back' : 'nothing'
  return { did, says: all.flatMap(({ says }) => says) }
}

// Somebody else moved the traffic between the look and the write; hardly three times in a row.
const mostTries = 3

async function goBack(
  tools: GuardianTools,
  call: Call,
  target: Target,
  look: () => Promise<Looked>,
): Promise<Guarded> {
  const of = (says: string) => `${printTarget(target)}: ${says}`
  for (let tries = 0; tries < mostTries; tries++) {
    const { looked, decision } = await judge(call, await look(), tools.place.minutes)
    if (decision.step === 'nothing') {
      if (decision.isBlind) throw new UserError(guardianErrors['guardian-blind'], of(decision.says))
      if (call.type === 'alarm') tellOfAlarm(tools, target, call, decision.says)
      return answer(tools, 'nothing', [of(decision.says)])
    }
    if (!(await sendHome(looked, decision))) continue
    await noteHome(tools, looked, decision)
    await settleHome(tools, looked, decision)
    return answer(tools, 'back', [of(`all traffic is back on ${decision.to.tag}: ${decision.why}`)])
  }
  throw new UserError(guardianErrors['guardian-blind'], of('somebody else keeps moving the traffic'))
}

/** Decides, and reads the newest entry only if what was left beside it is no reason to act. */
async function judge(
  call: Call,
  looked: Looked,
  minutes: number,
): Promise<{ readonly looked: Looked; readonly decision: Decision }> {
  const decision = decide(call, looked.sight, minutes)
  if (decision.step === 'back' || looked.fully === undefined) return { looked, decision }
  return await judge(call, await looked.fully(), minutes)
}

function answer({ say }: GuardianTools, did: Guarded['did'], says: readonly string[]): Guarded {
  for (const line of says) say(line)
  return { did, says }
}
