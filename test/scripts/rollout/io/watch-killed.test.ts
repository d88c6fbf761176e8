import { describe, expect, it } from 'vitest'
import { unwrap } from '../../../../scripts/base/attempt.ts'
import type { Clock } from '../../../../scripts/base/clock.ts'
import { UserError } from '../../../../scripts/base/user-error.ts'
import type { FunctionApplied } from '../../../../scripts/kinds/lambda/applied.ts'
import { eventOf } from '../../../../scripts/ledger/entry.ts'
import type { RolloutResult } from '../../../../scripts/rollout/rollout.ts'
import { callCheck } from '../../../../scripts/strategy/smoke.ts'
import type { LoggedRequest } from '../../../emulator/emulator.ts'
import { sample } from '../../../support/sample.ts'
import { makeAlarm, type WatchedWorld, watchedWorld } from '../../../support/watched.ts'

/** A rollout that ends well, and two that go back: by the comparison, and by an alarm in the last phase. */
const stories = {
  'that ends well': () => undefined,
  'of bad code': ({ traffic }) => {
    traffic.fails = { 2: 0.9 }
  },
  'with an alarm in its last phase': one =>
    one.atSleep(15, () => one.stand.emulator.holdAlarm({ name: 'orders', hold: 'ALARM' })),
} satisfies Record<string, (one: WatchedWorld) => void>

type Story = keyof typeof stories

const noone = new Promise<never>(() => undefined)

async function worldOf(story: Story): Promise<WatchedWorld & { close(): Promise<void> }> {
  const smoke = callCheck.parse({ contains: 'two' })
  const one = await watchedWorld('10%/2m, 100%/1m', { smoke, alarms: ['orders'] })
  await makeAlarm(one, 'orders')
  stories[story](one)
  one.stand.emulator.clearRequests()
  return one
}

/** A request of a rollout: the `nth` (0, 1, …) of its kind. */
type Asked = Pick<LoggedRequest, 'operation' | 'resource' | 'write'> & { readonly nth: number }

/** The requests of an undisturbed rollout, but of several looks with no write between them only the first. */
async function record(story: Story): Promise<Asked[]> {
  const one = await worldOf(story)
  await endOf(one.run())
  const counts = new Map<string, number>()
  const seen = new Set<string>()
  let writes = 0
  const distinct = one.stand.emulator.requests().flatMap(({ operation, write, ...asked }) => {
    if (operation === 'ListAliases') return []
    const resource = placeOf(one, asked)
    const kind = `${operation} ${resource}`
    const nth = counts.get(kind) ?? 0
    counts.set(kind, nth + 1)
    const isNew = !seen.has(`${writes} ${kind}`)
    seen.add(`${writes} ${kind}`)
    if (write) writes++
    return isNew ? [{ operation, resource, write, nth }] : []
  })
  await one.close()
  return distinct
}

/** The resource, by a name that is the same in every world. */
function placeOf({ rollout }: WatchedWorld, { resource }: Pick<LoggedRequest, 'resource'>): string {
  const { functionName } = rollout.applied as FunctionApplied
  return resource.replace(functionName, 'function')
}

const endOf = (run: Promise<RolloutResult>): Promise<RolloutResult | UserError> =>
  run.catch((error: unknown) => (error instanceof UserError ? error : expect.fail(String(error))))

/** Runs the rollout until a request, whose answer never comes: whoever waits for it does nothing else, as after a kill. */
async function runUntil(one: WatchedWorld, asked: Asked, when: When): Promise<void> {
  const { operation, resource, nth, write } = asked
  const { promise: struck, resolve } = Promise.withResolvers<'struck'>()
  one.stand.emulator.inject({
    operation: other => other.operation === operation && placeOf(one, other) === resource,
    ...{ skip: nth, times: 1, actionAt: when, kind: when === 'before' ? 'timeout' : 'timeout-after' },
    action: () => resolve('struck'),
  })
  let isDead = false
  const clock: Clock = { ...one.clock, sleep: ms => (isDead ? noone : one.clock.sleep(ms)) }
  const ended = one.run({ clock }).then(
    () => 'ended' as const,
    error => (isDead ? noone : error instanceof UserError ? ('ended' as const) : Promise.reject(error)),
  )
  const came = await Promise.race([struck, ended])
  // Another run may look fewer times than the recorded one, but it writes as often.
  if (write) expect(came).toBe('struck')
  isDead = true
}

/** What the ledger says of each rollout: the shares of its phases, and how it ended. */
async function rolloutsIn({ ledger, rollout: { target } }: WatchedWorld) {
  const found: { shares: number[]; end: string | undefined }[] = []
  for (const { entry } of await ledger.links(target)) {
    const event = eventOf(unwrap(entry))
    if (event?.type === 'started') found.push({ shares: [], end: undefined })
    if (event?.type === 'shifted') found.at(-1)?.shares.push(event.share)
    if (event?.type === 'verified' || event?.type === 'rolled-back') {
      const last = found.at(-1)
      if (last?.end !== undefined) expect.fail(`it ended twice: ${last.end}, ${event.type}`)
      if (last !== undefined) last.end = event.type
    }
  }
  return found
}

/** Whatever share the new version has, the newest phase has as much or more. */
async function expectExplained({ ledger, rollout, shares }: WatchedWorld): Promise<void> {
  const { open, good } = (await ledger.head(rollout.target)).state
  const share = (await shares())[2] ?? 0
  if (share === 0 || good[0]?.revision === '2') return
  expect(open?.shift?.share).toBeGreaterThanOrEqual(share)
}

type When = 'before' | 'after'

const recorded = await Promise.all(
  (Object.keys(stories) as Story[]).map(async story => ({ story, asked: await record(story) })),
)
const kills = recorded.flatMap(({ story, asked }) =>
  asked.flatMap(one => (['before', 'after'] as const).map(when => ({ story, asked: one, when }))),
)
const chosen = sample(
  'kills of watched rollouts',
  kills,
  ({ asked, when, story }) => asked.write && when === 'after' && story !== 'with an alarm in its last phase',
  (_, index) => index % 12 === 0,
)

describe.concurrent('a rollout that is killed, and run again,', () => {
  it.for(
    chosen.map(kill => ({
      ...kill,
      name: `${kill.asked.operation} ${kill.asked.resource.split('/').at(-1)} (${kill.asked.nth + 1})`,
    })),
  )('$story: $when $name', async ({ story, asked, when }, { onTestFinished }) => {
    const one = await worldOf(story)
    onTestFinished(one.close)
    await runUntil(one, asked, when)
    await expectExplained(one)
    const end = await endOf(one.run())
    const [whole] = Object.entries(await one.shares())
    const rollouts = await rolloutsIn(one)
    const last = rollouts.at(-1)
    expect(whole?.[1]).toBe(100)
    // Each phase once: what the first run has entered, the second one goes on with.
    for (const { shares } of rollouts) expect([[10, 100], [10], []]).toContainEqual(shares)
    if (story === 'that ends well') {
      expect(['moved', 'already done']).toContain(end)
      expect([whole?.[0], rollouts]).toEqual(['2', [{ shares: [10, 100], end: 'verified' }]])
      one.stand.emulator.clearRequests()
      expect(await one.run()).toBe('already done')
      expect(one.stand.emulator.requests().filter(({ write }) => write)).toEqual([])
      return
    }
    expect(end).toBeInstanceOf(UserError)
    expect([whole?.[0], last?.end]).toEqual([
      '1',
      rollouts.length > 1 && last?.shares.length === 0 ? undefined : 'rolled-back',
    ])
  })
})
