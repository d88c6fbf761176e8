import fc from 'fast-check'
import { expect, it } from 'vitest'
import { everything } from '../../support/sample.ts'
import {
  type Actor,
  isHeld,
  makeRollback,
  makeRollout,
  makeWorld,
  verifiedIn,
  type World,
  write,
} from './pure-world.ts'

/*
 * Whatever happens in whatever order: the shares are always those of all traffic, no rollout takes a step after somebody
 * else's entry or during a hold, and in the end a verified revision has all traffic.
 */

type Scene = {
  readonly world: World
  readonly rollouts: readonly ReturnType<typeof makeRollout>[]
  readonly people: Actor[]
}

const events = {
  'a call of the first': ({ rollouts: [first] }: Scene) => first?.next(),
  'a call of the second': ({ rollouts: [, second] }: Scene) => second?.next(),
  'a call of a person': ({ people }: Scene) => people.find(({ isDone }) => !isDone)?.next(),
  'the first crashes': ({ rollouts: [first] }: Scene) => first?.crash(),
  'the second crashes': ({ rollouts: [, second] }: Scene) => second?.crash(),
  'the person crashes': ({ people }: Scene) => people.find(({ isDone }) => !isDone)?.crash(),
  'a minute passes': ({ world }: Scene) => pass(world, 1),
  'a phase passes': ({ world }: Scene) => pass(world, 10),
  'an hour passes': ({ world }: Scene) => pass(world, 60),
  'an alarm': ({ world }: Scene) => toggle(world, 'isRinging'),
  'bad code': ({ world }: Scene) => toggle(world, 'isBad'),
  'no traffic': ({ world }: Scene) => toggle(world, 'isQuiet'),
  rollback: ({ world, people }: Scene) => void people.push(makeRollback(world)),
  hold: ({ world }: Scene) => write(world, 'held'),
  resume: ({ world }: Scene) => write(world, 'resumed'),
  yank: ({ world }: Scene) => void world.yanked.add('2'),
  'Ctrl-C, back': ({ rollouts: [first] }: Scene) => first?.stop('back'),
  'Ctrl-C, hold': ({ rollouts: [first] }: Scene) => first?.stop('hold'),
} satisfies Record<string, (scene: Scene) => void>

type EventName = keyof typeof events

const calls: EventName[] = ['a call of the first', 'a call of the second', 'a call of a person']
const others = Object.keys(events).filter(name => !calls.includes(name as EventName)) as EventName[]
const event = fc.oneof(
  { weight: 6, arbitrary: fc.constant<EventName>('a call of the first') },
  { weight: 2, arbitrary: fc.constantFrom(...calls) },
  { weight: 2, arbitrary: fc.constant<EventName>('a phase passes') },
  { weight: 3, arbitrary: fc.constantFrom(...others) },
)

function toggle(world: World, what: 'isRinging' | 'isBad' | 'isQuiet'): void {
  world[what] = !world[what]
}

function pass(world: World, minutes: number): void {
  world.now = new Date(world.now.getTime() + minutes * 60_000)
}

function makeScene(): Scene {
  const world = makeWorld()
  return { world, rollouts: [makeRollout(world, '2'), makeRollout(world, '3')], people: [] }
}

function expectSound({ world: { shares, entries } }: Scene): void {
  const all = Object.values(shares)
  expect(all.every(share => share > 0 && share <= 100)).toBe(true)
  expect(all.reduce((sum, share) => sum + share, 0)).toBe(100)
  for (const [index, { type, of }] of entries.entries())
    if (type === 'shifted' || (type === 'verified' && of > 1)) {
      const between = entries.slice(of, index)
      const newer = between.filter(one => one.type === 'started' || one.type === 'rollback')
      expect(newer, `entry ${index + 1} of rollout ${of}`).toEqual([])
      expect(isHeld({ entries: entries.slice(0, index) } as unknown as World)).toBe(false)
    }
}

/** Everybody comes to an end; whoever rolls out is started again, later once more. */
function settle(scene: Scene): void {
  const { world, rollouts, people } = scene
  for (let round = 0; round < 3; round++) {
    if (round > 0) for (const rollout of rollouts) rollout.crash()
    const all = [...people, ...rollouts]
    for (let calls = 0; calls < 150 && all.some(({ isDone }) => !isDone); calls++) {
      const before = world.entries.length + world.guard
      for (const one of all) if (!one.isDone) one.next()
      pass(world, 1)
      if (world.entries.length + world.guard > before) expectSound(scene)
    }
  }
}

/** A shift whose entry is older than a rollback's, but whose write arrives after the rollback is done. */
const lateShift: EventName[] = [
  ...Array.from({ length: 4 }, (): EventName => 'a call of the first'),
  'rollback',
  ...Array.from({ length: 4 }, (): EventName => 'a call of a person'),
  'a call of the first',
]

it('ends at a verified revision, whatever comes between', () => {
  let [completed, wentBack] = [0, 0]
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60, size: 'max' }), names => {
      const scene = makeScene()
      for (const name of names) {
        events[name](scene)
        expectSound(scene)
      }
      settle(scene)
      const { shares, entries } = scene.world
      expect(Object.values(shares)).toEqual([100])
      expect(verifiedIn(scene.world)).toContain(Object.keys(shares)[0])
      if (entries.some(({ type, of }) => type === 'verified' && of > 1)) completed++
      if (entries.some(({ type }) => type === 'rolled-back')) wentBack++
    }),
    { numRuns: everything ? 20_000 : 1000, examples: [[lateShift]] },
  )
  // A model in which nothing gets anywhere would prove nothing.
  expect(Math.min(completed, wentBack)).toBeGreaterThan(30)
}, 600_000)
