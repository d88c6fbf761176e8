import { attemptAsync } from '../../base/attempt.ts'
import { sideBySide } from '../../base/io/side-by-side.ts'
import { plain } from '../../base/printable.ts'
import { UserError } from '../../base/user-error.ts'
import { parseApplied } from '../../kinds/applied.ts'
import { eventOf, isKnown } from '../../ledger/entry.ts'
import { ledgersAtOnce } from '../../ledger/io/ledger.ts'
import type { Digest } from '../../names/digest.ts'
import { isServiceName } from '../../names/service-name.ts'
import { printTarget, type Target } from '../../names/target.ts'
import { openJournal } from '../../rollout/io/journal.ts'
import { startupMinutes } from '../../rollout/io/run.ts'
import { stepOnce } from '../../rollout/io/step.ts'
import { isWatched } from '../../strategy/plan.ts'
import type { GuardianTools } from './tools.ts'

/** Takes the next step of each rollout that is under way in the environment; what became of each, in words. */
export async function stepRollouts(tools: GuardianTools): Promise<string[]> {
  const { ledger, place } = tools
  if (place.steps === undefined) return ['environments.json does not let this guardian make steps']
  const services = (await ledger.services(place.environment)).filter(isServiceName)
  const targets = services
    .filter(service => service !== place.service)
    .map((service): Target => ({ service, environment: place.environment }))
  const all = await sideBySide(targets, ledgersAtOnce, target => stepTarget(tools, target))
  return all.flatMap(one => {
    const says = 'value' in one ? one.value : plain(one.error.message, 400)
    return says === undefined ? [] : [`${printTarget(one.target)}: ${says}`]
  })
}

const neverStopped = new AbortController().signal

async function stepTarget(tools: GuardianTools, target: Target): Promise<string | undefined> {
  const { ledger, clock, movers, cloudwatch, who } = tools
  const writer = await attemptAsync(() => ledger.writer(target, who))
  if ('error' in writer) return writer.error.message
  const { entry, state } = writer.value.head()
  if (state.open?.type !== 'rollout' || entry === undefined || !isKnown(entry)) return undefined
  const { sequence } = state.open
  const started = eventOf(entry.sequence === sequence ? entry : await ledger.read(target, sequence))
  if (started?.type !== 'started' || started.rollout === undefined) return undefined
  const { deployment, rollout: part } = started
  const { digests, deadline: _, ...plan } = part
  const applied = parseApplied(deployment.applied)
  const mover = await movers(applied.kind)
  // All at once is over before a minute is; the deadline ends it otherwise.
  if (mover.shifting === undefined || !isWatched(plan)) return undefined
  const journal = await openJournal({ ledger, writer: writer.value, target, deployment, plan: undefined })
  const { step, end } = await stepOnce({
    ...{ movers, clock, cloudwatch, mover, journal, shifting: mover.shifting },
    ...{ signal: neverStopped, waitMs: undefined, onStop: 'back', follow: () => undefined },
    // A yank is in the artifacts' store, which a guardian cannot read.
    withdrawn: async () => undefined,
    deadline: { from: clock.now(), ms: startupMinutes * 60_000 },
    rollout: { target, tag: deployment.tag, applied, digests: digests as Digest[], plan },
  })
  return end instanceof UserError ? end.message : step.step
}
