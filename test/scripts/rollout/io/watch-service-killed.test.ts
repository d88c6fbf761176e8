import { describe, expect, it } from 'vitest'
import { unwrap } from '../../../../scripts/base/attempt.ts'
import { UserError } from '../../../../scripts/base/user-error.ts'
import { eventOf } from '../../../../scripts/ledger/entry.ts'
import type { RolloutResult } from '../../../../scripts/rollout/rollout.ts'
import { type Asked, killAt, recordRequests } from '../../../support/kill-at.ts'
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

async function worldOf(story: Story): Promise<WatchedService> {
  const one = await watchedService('25%/2m, 50%/1m, 100%/1m')
  stories[story](one)
  return one
}

async function record(story: Story): Promise<Asked[]> {
  const one = await worldOf(story)
  const asked = await recordRequests(one)
  await one.close()
  return asked
}

const endOf = (run: Promise<RolloutResult>): Promise<RolloutResult | UserError> =>
  run.catch((error: unknown) => (error instanceof UserError ? error : expect.fail(String(error))))

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
  )('$story: $when $name', async ({ story, asked, when }, { onTestFinished }) => {
    const one = await worldOf(story)
    onTestFinished(one.close)
    await killAt(one, asked, when)
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
