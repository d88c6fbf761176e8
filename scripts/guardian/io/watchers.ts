import { attemptAsync, valuesOf } from '../../base/attempt.ts'
import { sideBySide } from '../../base/io/side-by-side.ts'
import { eventOf, type LedgerEvent } from '../../ledger/entry.ts'
import { ledgersAtOnce } from '../../ledger/io/ledger.ts'
import type { Head } from '../../ledger/io/read-entries.ts'
import { isServiceName } from '../../names/service-name.ts'
import type { Target } from '../../names/target.ts'
import type { GuardianTools } from './tools.ts'

/** The targets whose rollouts, under way or just ended, watch an alarm that no stack of theirs has made. */
export async function watchersOf(tools: GuardianTools, alarm: string): Promise<Target[]> {
  const { ledger, place } = tools
  const services = (await ledger.services(place.environment)).filter(isServiceName)
  const targets = services.map((service): Target => ({ service, environment: place.environment }))
  const read = await sideBySide(targets, ledgersAtOnce, async target => {
    const started = await startedIn(tools, target, await ledger.head(target))
    return started?.rollout?.alarms.includes(alarm) ? [target] : []
  })
  return valuesOf(read).flat()
}

/** The first entry of the rollout that is open, or that the newest entry says was verified. */
async function startedIn(
  { ledger }: GuardianTools,
  target: Target,
  { entry, state: { open } }: Head,
): Promise<Extract<LedgerEvent, { type: 'started' }> | undefined> {
  const newest = entry && eventOf(entry)
  if (newest?.type === 'started') return newest
  const verified = newest?.type === 'verified' ? newest.started : undefined
  const sequence = open?.type === 'rollout' ? open.sequence : verified
  if (sequence === undefined) return undefined
  const read = await attemptAsync(() => ledger.read(target, sequence))
  const event = 'value' in read ? eventOf(read.value) : undefined
  return event?.type === 'started' ? event : undefined
}
