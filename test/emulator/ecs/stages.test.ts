import { expect, it } from 'vitest'
import { type Configuration, stepsOf } from './stages.ts'

const later = { scaleUpMs: 0, isFirst: false, isReplacing: false }

function shifts(configuration: Configuration) {
  return stepsOf(configuration, later)
    .filter(({ stage }) => stage === 'PRODUCTION_TRAFFIC_SHIFT')
    .map(({ traffic, lastsMs }) => [traffic?.production, lastsMs / 60_000])
}

const linear = (stepPercent: number): Configuration => ({
  strategy: 'LINEAR',
  linearConfiguration: { stepPercent, stepBakeTimeInMinutes: 3 },
})
const canary = (canaryPercent: number): Configuration => ({
  strategy: 'CANARY',
  canaryConfiguration: { canaryPercent, canaryBakeTimeInMinutes: 7 },
})

it.each<[string, Configuration, (number | undefined)[][]]>([
  ['blue/green', { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 5 }, [[100, 0]]],
  [
    'canary',
    canary(12.5),
    [
      [12.5, 7],
      [100, 0],
    ],
  ],
  ['canary of everything', canary(100), [[100, 0]]],
  [
    'linear',
    linear(25),
    [
      [25, 3],
      [50, 3],
      [75, 3],
      [100, 0],
    ],
  ],
  [
    'linear by steps that do not divide 100',
    linear(33.3),
    [
      [33.3, 3],
      [66.6, 3],
      [99.9, 3],
      [100, 0],
    ],
  ],
  ['linear by 100 %', linear(100), [[100, 0]]],
  [
    'canary without its configuration',
    { strategy: 'CANARY' },
    [
      [5, 10],
      [100, 0],
    ],
  ],
  ['rolling', { strategy: 'ROLLING' }, []],
])('%s shifts traffic in these steps, with minutes between them', (_, configuration, expected) => {
  expect(shifts(configuration)).toEqual(expected)
})

it('shifts by 11 % nine times before the last, as CloudFormation counts the steps', () => {
  expect(shifts(linear(11))).toHaveLength(10)
  expect(shifts(linear(11)).filter(([, minutes]) => minutes === 3)).toHaveLength(9)
})

it('goes through the stages of a canary deployment in order, and comes before each shift to the stage of its hooks', () => {
  const steps = stepsOf({ ...canary(10), bakeTimeInMinutes: 2 }, { ...later, scaleUpMs: 1000 })
  expect(steps.map(({ stage }) => stage)).toEqual([
    'PRE_SCALE_UP',
    'SCALE_UP',
    'POST_SCALE_UP',
    'TEST_TRAFFIC_SHIFT',
    'POST_TEST_TRAFFIC_SHIFT',
    'PRE_PRODUCTION_TRAFFIC_SHIFT',
    'PRODUCTION_TRAFFIC_SHIFT',
    'PRE_PRODUCTION_TRAFFIC_SHIFT',
    'PRODUCTION_TRAFFIC_SHIFT',
    'POST_PRODUCTION_TRAFFIC_SHIFT',
    'BAKE_TIME',
    'CLEAN_UP',
  ])
  const lasting = steps.filter(({ lastsMs }) => lastsMs > 0).map(({ stage, lastsMs }) => [stage, lastsMs])
  expect(lasting).toEqual([
    ['SCALE_UP', 1000],
    ['PRODUCTION_TRAFFIC_SHIFT', 7 * 60_000],
    ['BAKE_TIME', 2 * 60_000],
  ])
})

it('reconciles first where it replaces a deployment, and has nothing to shift from in the first one', () => {
  expect(stepsOf(canary(10), { ...later, isReplacing: true })[0]?.stage).toBe('RECONCILE_SERVICE')
  const first = stepsOf({ ...canary(10), bakeTimeInMinutes: 2 }, { ...later, isFirst: true })
  expect(first.filter(({ traffic }) => traffic?.production !== undefined)).toHaveLength(1)
  expect(first.every(({ lastsMs }) => lastsMs === 0)).toBe(true)
})
