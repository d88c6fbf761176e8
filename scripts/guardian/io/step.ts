import { attemptAsync } from '../../base/attempt.ts'
import { sideBySide } from '../../base/io/side-by-side.ts'
import { plain } from '../../base/printable.ts'
import { UserError } from '../../base/user-error.ts'
import { ledgersAtOnce } from '../../ledger/io/ledger.ts'
import { isServiceName } from '../../names/service-name.ts'
import { printTarget, type Target } from '../../names/target.ts'
import { recordedRun } from '../../rollout/detached/io/recorded.ts'
import { stepOnce } from '../../rollout/detached/io/step.ts'
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

/** What is not watched is over before a minute is; its deadline ends it otherwise. */
async function stepTarget(tools: GuardianTools, target: Target): Promise<string | undefined> {
  const own = { ...tools, signal: neverStopped, onStop: 'back', follow: () => undefined } as const
  const found = await attemptAsync(() => recordedRun(own, target))
  if ('error' in found) return found.error.message
  if (found.value === undefined) return undefined
  const { step, end } = await stepOnce(found.value.run)
  return end instanceof UserError ? end.message : step.step
}
