import { expect } from 'vitest'
import type { Clock } from '../../scripts/base/clock.ts'
import { UserError } from '../../scripts/base/user-error.ts'
import type { RolloutTools } from '../../scripts/rollout/io/run.ts'
import type { RolloutResult } from '../../scripts/rollout/rollout.ts'
import type { LoggedRequest } from '../emulator/emulator.ts'
import type { Stand } from '../scripts/kinds/io/stands/stand.ts'

/** A request of a rollout: the `nth` (0, 1, …) of its kind. */
export type Asked = Pick<LoggedRequest, 'operation' | 'resource' | 'write'> & { readonly nth: number }

/** When a run is killed: as its request arrives, or once AWS has done what it asks. */
export type When = 'before' | 'after'

/** A world in which a rollout runs. */
export type Killable = {
  readonly stand: Stand
  readonly clock: Clock
  run(more?: Partial<RolloutTools>): Promise<RolloutResult>
}

const noone = new Promise<never>(() => undefined)

/** The requests of an undisturbed rollout, but of several looks with no write between them only the first. */
export async function recordRequests(one: Killable): Promise<Asked[]> {
  one.stand.emulator.clearRequests()
  await one.run().catch((error: unknown) => {
    if (!(error instanceof UserError)) throw error
  })
  const counts = new Map<string, number>()
  const seen = new Set<string>()
  let writes = 0
  return one.stand.emulator.requests().flatMap(({ operation, write, ...asked }) => {
    if (isOfTraffic({ operation, ...asked })) return []
    const resource = placeOf(asked)
    const kind = `${operation} ${resource}`
    const nth = counts.get(kind) ?? 0
    counts.set(kind, nth + 1)
    const isNew = !seen.has(`${writes} ${kind}`)
    seen.add(`${writes} ${kind}`)
    if (write) writes++
    return isNew ? [{ operation, resource, write, nth }] : []
  })
}

/** The traffic lists aliases, and reads the rules of a listener. */
function isOfTraffic({ operation, resource }: Pick<LoggedRequest, 'operation' | 'resource'>): boolean {
  return operation === 'ListAliases' || (operation === 'DescribeRules' && !resource.includes('rule'))
}

/** The resource without what AWS makes up for it, and without what a hint beside an entry says. */
function placeOf({ resource }: Pick<LoggedRequest, 'resource'>): string {
  return resource.replace(/(?<=\.json\.).*/, '…').replace(/[0-9a-f]{16,}/g, '…')
}

/**
 * Runs a rollout until a request, whose answer never comes: whoever waits for it does nothing else, as after a kill. On a
 * slow machine a rollout can take fewer looks, and end before it asks so often; what it writes is always the same.
 */
export async function killAt(one: Killable, asked: Asked, when: When): Promise<void> {
  const { operation, resource, nth, write } = asked
  const { promise: struck, resolve } = Promise.withResolvers<true>()
  const clear = one.stand.emulator.inject({
    operation: one => one.operation === operation && placeOf(one) === resource,
    ...{ skip: nth, times: 1, actionAt: when, kind: when === 'before' ? 'timeout' : 'timeout-after' },
    action: () => resolve(true),
  })
  let isDead = false
  const clock: Clock = { ...one.clock, sleep: ms => (isDead ? noone : one.clock.sleep(ms)) }
  const ended = one.run({ clock }).then(
    () => false,
    error => (isDead ? noone : error instanceof UserError ? false : Promise.reject(error)),
  )
  const isKilled = await Promise.race([struck, ended])
  isDead = true
  // A run that ended before it asked so often leaves it to nobody else, who would wait for the answer.
  clear()
  if (write) expect(isKilled).toBe(true)
}
