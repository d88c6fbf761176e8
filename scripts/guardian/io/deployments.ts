import { attemptAsync } from '../../base/attempt.ts'
import { plain } from '../../base/printable.ts'
import type { Applied } from '../../kinds/applied.ts'
import { wholeOf } from '../../kinds/io/mover.ts'
import { isKnown } from '../../ledger/entry.ts'
import { printTarget } from '../../names/target.ts'
import { targetOfDeployment } from '../deployments.ts'
import type { GuardianEvent } from '../events.ts'
import type { Guarded } from './guard.ts'
import { lookAtRecorded } from './look.ts'
import type { GuardianTools } from './tools.ts'

/** Says in the ledger how a rollout ended that the platform itself took back, unless that is written. */
export async function endDeployment(
  tools: GuardianTools,
  { resource, ended, says }: Extract<GuardianEvent, { type: 'deployment' }>,
): Promise<Guarded> {
  const { place, ledger, who, say } = tools
  const done = (did: Guarded['did'], line: string): Guarded => {
    say(line)
    return { did, says: [line] }
  }
  const target = targetOfDeployment(resource, place)
  if (!ended || target === undefined) return done('nothing', plain(says, 400))
  const { head, stood, applied } = await lookAtRecorded(tools, target)
  const open = head?.state.open
  const isReadable = head?.entry !== undefined && isKnown(head.entry)
  if (!isReadable || open?.type !== 'rollout' || stood === undefined) {
    if (isReadable && open === null && applied !== undefined) await rest(tools, applied)
    return done('nothing', `${printTarget(target)}: ${plain(says, 400)}; no rollout is open`)
  }
  const running = wholeOf(stood.pointer)
  const back = head?.state.good.find(({ revision }) => revision !== open.revision)
  // A deployment that has failed may be on its way back still, and a later event says that it is over.
  if (back === undefined || running !== back.revision || open.shift === undefined)
    return done('nothing', `${printTarget(target)}: ${plain(says, 400)}; the rollout goes on`)
  const { sequence } = open
  const reason = `AWS rolled it back: ${plain(says, 400)}`
  await ledger.append(target, who, ({ state }) =>
    state.open?.sequence === sequence
      ? { type: 'rolled-back', started: sequence, to: back.revision, reason, holds: true }
      : undefined,
  )
  return done('back', `${printTarget(target)}: all traffic is back on ${back.tag}: ${reason}`)
}

/** What a rollout has left, such as one that this guardian took back: a step of it would keep the next deploy waiting. */
async function rest({ movers }: GuardianTools, applied: Applied): Promise<void> {
  const { shifting } = await movers(applied.kind)
  await attemptAsync(async () => await shifting?.steps?.rest(applied))
}
