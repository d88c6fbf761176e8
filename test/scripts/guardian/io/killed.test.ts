import { describe, expect, it } from 'vitest'
import { unwrap } from '../../../../scripts/base/attempt.ts'
import { mainOf, standing, wholeOf } from '../../../../scripts/kinds/io/mover.ts'
import { eventOf, type LedgerEvent } from '../../../../scripts/ledger/entry.ts'
import type { Ledger } from '../../../../scripts/ledger/io/ledger.ts'
import type { Rollout } from '../../../../scripts/rollout/rollout.ts'
import { callCheck } from '../../../../scripts/strategy/smoke.ts'
import { deadlinesOf } from '../../../support/guardian.ts'
import { deployGuardian } from '../../../support/guardian-here.ts'
import { type Asked, type Killable, killAt, recordRequests, type When } from '../../../support/kill-at.ts'
import { sample } from '../../../support/sample.ts'
import { watchedWorld } from '../../../support/watched.ts'
import { watchedService } from '../../../support/watched-service.ts'

/* A runner that dies and is never run again: whatever it had done, the guardian ends it. */

type World = Killable & {
  readonly ledger: Ledger
  readonly rollout: Rollout
  readonly first: string
  close(): Promise<void>
}

const minute = 60_000

/** A rollout of each kind that would end well, and one that goes back. */
const stories = {
  'a function': async () => await functionWorld(),
  'a bad function': async () => await functionWorld(0.9),
  'a service': async () => await serviceWorld(),
  'a bad service': async () => await serviceWorld(0.9),
} satisfies Record<string, () => Promise<World>>

type Story = keyof typeof stories

async function functionWorld(fails = 0): Promise<World> {
  const smoke = callCheck.parse({ contains: 'two' })
  const one = await watchedWorld('10%/2m, 100%/1m', { smoke }, { deadlines: deadlinesOf })
  one.traffic.fails = { 2: fails }
  return { ...one, first: '1' }
}

async function serviceWorld(fails = 0): Promise<World> {
  const one = await watchedService('25%/2m, 100%/1m', {}, { deadlines: deadlinesOf })
  one.traffic.fails = { [one.rollout.applied.revision]: fails }
  return one
}

async function worldOf(story: Story): Promise<World> {
  return await stories[story]()
}

async function record(story: Story): Promise<Asked[]> {
  const one = await worldOf(story)
  const asked = await recordRequests(one)
  await one.close()
  return asked
}

async function eventsIn({ ledger, rollout: { target } }: World): Promise<(LedgerEvent | undefined)[]> {
  return (await ledger.links(target)).map(({ entry }) => eventOf(unwrap(entry)))
}

/** Lets time go by until a minute after the deadline of the rollout, if it has begun. */
async function passDeadline(one: World): Promise<void> {
  const { emulator } = one.stand
  const started = (await eventsIn(one)).findLast(event => event?.type === 'started')
  const deadline = started?.type === 'started' ? Date.parse(started.rollout?.deadline ?? '') : emulator.now()
  for (let left = deadline + minute - emulator.now(); left > 0; left -= 10 * minute) {
    emulator.advanceClock(Math.min(left, 10 * minute))
    await emulator.settled()
  }
}

/** The revision that has all traffic; a service is looked at until what AWS has begun is over. */
async function wholeIn({ stand, rollout: { applied } }: World): Promise<string | undefined> {
  const mover = await stand.tools().movers(applied.kind)
  for (let looks = 0; looks < 5; looks++) {
    stand.emulator.advanceClock(1000)
    await mover.look(applied)
  }
  const stood = await standing(mover, applied)
  const pointer = stood && ((await mover.shifting?.steps?.look(applied)) ?? stood.pointer)
  return pointer && (wholeOf(pointer) ?? `divided, most to ${mainOf(pointer)}`)
}

const recorded = await Promise.all(
  (Object.keys(stories) as Story[]).map(async story => ({ story, asked: await record(story) })),
)
const kills = recorded.flatMap(({ story, asked }) =>
  asked.flatMap(one => (['before', 'after'] as const).map((when: When) => ({ story, asked: one, when }))),
)
const chosen = sample(
  'kills of rollouts that nobody runs again',
  kills,
  ({ asked, when, story }, index) =>
    asked.write &&
    !asked.resource.endsWith('…') &&
    when === 'after' &&
    (!story.includes('bad') || index % 3 === 0),
  (_, index) => index % 16 === 0,
)

describe.concurrent('a rollout whose runner is killed for ever', () => {
  it.for(
    chosen.map(kill => ({
      ...kill,
      name: `${kill.asked.operation} ${kill.asked.resource.split('/').at(-1)} (${kill.asked.nth + 1})`,
    })),
  )('of $story: $when $name', async ({ story, asked, when }, { onTestFinished }) => {
    const one = await worldOf(story)
    onTestFinished(one.close)
    await killAt(one, asked, when)
    // Only now, so that its requests are not taken for those of the run.
    await deployGuardian(one)
    await passDeadline(one)
    const { state } = await one.ledger.head(one.rollout.target)
    const events = await eventsIn(one)
    const begun = events.filter(event => event?.type === 'started').length
    const ends = events.filter(event => event?.type === 'verified' || event?.type === 'rolled-back')
    // Whatever has begun has one end, and all traffic goes to what was verified last.
    expect([state.open, ends.length]).toEqual([null, begun])
    expect(await wholeIn(one)).toBe(state.good[0]?.revision)
    if (ends.every(event => event?.type !== 'verified')) expect(state.good[0]?.revision).toBe(one.first)
  })
})
