import { describe, expect, it } from 'vitest'
import { unwrap } from '../../../../scripts/base/attempt.ts'
import type { Clock } from '../../../../scripts/base/clock.ts'
import { UserError } from '../../../../scripts/base/user-error.ts'
import { eventOf } from '../../../../scripts/ledger/entry.ts'
import type { RolloutResult } from '../../../../scripts/rollout/rollout.ts'
import type { LoggedRequest } from '../../../emulator/emulator.ts'
import { sample } from '../../../support/sample.ts'
import { type WatchedService, watchedService } from '../../../support/watched-service.ts'

/** A rollout that ends well, and one that goes back by the comparison. */
const stories = {
  'that ends well': () => undefined,
  'of bad code': ({ traffic, rollout }) => {
    traffic.fails = { [rollout.applied.revision]: 0.9 }
  },
} satisfies Record<string, (one: WatchedService) => void>

type Story = keyof typeof stories

const noone = new Promise<never>(() => undefined)

async function worldOf(story: Story): Promise<WatchedService> {
  const one = await watchedService('25%/2m, 50%/1m, 100%/1m')
  stories[story](one)
  return one
}

/** A request of a rollout: the `nth` (0, 1, …) of its kind. */
type Asked = Pick<LoggedRequest, 'operation' | 'resource' | 'write'> & { readonly nth: number }

/** The requests of an undisturbed rollout, but of several looks with no write between them only the first. */
async function record(story: Story): Promise<Asked[]> {
  const one = await worldOf(story)
  one.stand.emulator.clearRequests()
  await endOf(one.run())
  const counts = new Map<string, number>()
  const seen = new Set<string>()
  let writes = 0
  const distinct = one.stand.emulator.requests().flatMap(({ operation, write, ...asked }) => {
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
  await one.close()
  return distinct
}

/** The traffic reads the rules of the listener. */
function isOfTraffic({ operation, resource }: Pick<LoggedRequest, 'operation' | 'resource'>): boolean {
  return operation === 'DescribeRules' && !resource.includes('rule')
}

/** The resource without what AWS makes up for it. */
function placeOf({ resource }: Pick<LoggedRequest, 'resource'>): string {
  return resource.replace(/[0-9a-f]{16,}/g, '…')
}

const endOf = (run: Promise<RolloutResult>): Promise<RolloutResult | UserError> =>
  run.catch((error: unknown) => (error instanceof UserError ? error : expect.fail(String(error))))

type When = 'before' | 'after'

/** Runs the rollout until a request, whose answer never comes: whoever waits for it does nothing else, as after a kill. */
async function runUntil(one: WatchedService, asked: Asked, when: When): Promise<void> {
  const { operation, resource, nth, write } = asked
  const { promise: struck, resolve } = Promise.withResolvers<'struck'>()
  one.stand.emulator.inject({
    operation: one => one.operation === operation && placeOf(one) === resource,
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

/** The shares of the phases that the ledger has, and how it ended, once. */
async function recordedIn({ ledger, rollout: { target } }: WatchedService) {
  const events = (await ledger.links(target)).map(({ entry }) => eventOf(unwrap(entry)))
  return {
    shares: events.flatMap(event => (event?.type === 'shifted' ? [event.share] : [])),
    ends: events.flatMap(event =>
      event?.type === 'verified' || event?.type === 'rolled-back' ? [event.type] : [],
    ),
  }
}

/** Whatever share the new tasks have, the newest phase has as much or more. */
async function expectExplained({ ledger, rollout, weights }: WatchedService): Promise<void> {
  const { open, good } = (await ledger.head(rollout.target)).state
  const [, share = 0] = await weights()
  if (share === 0 || good[0]?.revision === rollout.applied.revision) return
  expect(open?.shift?.share).toBeGreaterThanOrEqual(share)
}

const recorded = await Promise.all(
  (Object.keys(stories) as Story[]).map(async story => ({ story, asked: await record(story) })),
)
const kills = recorded.flatMap(({ story, asked }) =>
  asked.flatMap(one => (['before', 'after'] as const).map(when => ({ story, asked: one, when }))),
)
const chosen = sample(
  'kills of watched rollouts of services',
  kills,
  ({ asked, when, story }) => asked.write && when === 'after' && story === 'that ends well',
  (_, index) => index % 16 === 0,
)

describe.concurrent('a rollout of a service that is killed, and run again,', () => {
  it.for(
    chosen.map(kill => ({
      ...kill,
      name: `${kill.asked.operation} ${kill.asked.resource.split('/').at(-1)} (${kill.asked.nth + 1})`,
    })),
  )('$story: $when $name', { timeout: 120_000 }, async ({ story, asked, when }, { onTestFinished }) => {
    const one = await worldOf(story)
    onTestFinished(one.close)
    await runUntil(one, asked, when)
    await expectExplained(one)
    const end = await endOf(one.run())
    const { shares, ends } = await recordedIn(one)
    if (story === 'of bad code') {
      expect(end).toBeInstanceOf(UserError)
      expect([await one.weights(), ends]).toEqual([[100, 0], ['rolled-back']])
      return
    }
    expect(['moved', 'already done']).toContain(end)
    // Each phase once: what the first run has entered, the second one goes on with.
    expect([shares, ends]).toEqual([[25, 50, 100], ['verified']])
    expect(await one.weights()).toEqual([0, 100])
    one.stand.emulator.clearRequests()
    expect(await one.run()).toBe('already done')
    expect(one.stand.emulator.requests().filter(({ write }) => write)).toEqual([])
  })
})
