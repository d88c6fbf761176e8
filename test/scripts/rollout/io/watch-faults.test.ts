import { describe, expect, it } from 'vitest'
import { UserError } from '../../../../scripts/base/user-error.ts'
import type { RolloutResult } from '../../../../scripts/rollout/rollout.ts'
import { callCheck } from '../../../../scripts/strategy/smoke.ts'
import { type Effect, effects, type Kind, type Lasting } from '../../../matrix/expected.ts'
import { sample } from '../../../support/sample.ts'
import { makeAlarm, type WatchedWorld, watchedWorld } from '../../../support/watched.ts'

const looks = ['GetAlias', 'ListObjectsV2', 'GetObject', 'DescribeAlarms', 'GetMetricData'] as const
const operations = [...looks, 'GetFunction', 'UpdateAlias', 'PutObject'] as const
type Strike = { readonly operation: string; readonly kind: Kind; readonly lasting: Lasting }

const kinds = Object.keys(effects) as Kind[]
const struck = operations.flatMap(operation =>
  kinds.flatMap(kind =>
    (['once', 'for ever'] as const).map((lasting): Strike => ({ operation, kind, lasting })),
  ),
)
const firstOf = (kind: Kind) => kinds.find(one => effects[one] === effects[kind]) === kind
const chosen = sample(
  'faults of watched rollouts',
  struck,
  ({ operation, kind, lasting }) =>
    lasting === 'for ever' && kind === (operation === 'UpdateAlias' ? 'reset-after' : 'error500'),
  ({ kind }, index) => firstOf(kind) && index % 8 === 0,
)

/** How a rollout ends: on all traffic, back, or, where AWS does not take that either, where it is. */
type End = 'moved' | 'rollout-taken-back' | 'rollout-not-taken-back'

/** How a rollout ends whose request fails in the middle of a phase. */
function expectedEnd({ operation, kind, lasting }: Strike): End {
  const effect: Effect = effects[kind]
  const isWrite = operation === 'UpdateAlias' || operation === 'PutObject'
  const back =
    /Alias$/.test(operation) && lasting === 'for ever' ? 'rollout-not-taken-back' : 'rollout-taken-back'
  // What was applied shows when it is looked at.
  if (isWrite && (effect === 'lost' || effect === 'mangled')) return 'moved'
  // An answer that lacks the alarm says that there is none.
  const lacksAlarm = operation === 'DescribeAlarms' && /^(empty|error-in)-200$/.test(kind)
  return lasting === 'for ever' || effect === 'refused' || lacksAlarm ? back : 'moved'
}

const endOf = (run: Promise<RolloutResult>): Promise<RolloutResult | UserError> =>
  run.catch((error: unknown) => (error instanceof UserError ? error : expect.fail(String(error))))
const codeOf = (end: RolloutResult | UserError) => (end instanceof UserError ? end.code : end)

async function worldFor(kind: Kind) {
  const limits = { timeoutMs: kind.startsWith('timeout') ? 500 : 20_000 }
  const smoke = callCheck.parse({ contains: 'two' })
  const one = await watchedWorld('10%/2m, 100%/1m', { smoke, alarms: ['orders'] }, limits)
  await makeAlarm(one, 'orders')
  return one
}

/** Lets deploys through again, as a person does. */
async function resume({ ledger, rollout }: WatchedWorld): Promise<void> {
  const who = { arn: 'arn:aws:iam::222222222222:user/bob' }
  await ledger.append(rollout.target, who, ({ state }) =>
    state.hold === null ? undefined : { type: 'resumed', reason: 'fine' },
  )
}

/** What a look or a step may take until the rollout gives it up, with the looks themselves. */
const minuteMs = 75_000

describe.concurrent('in the middle of a phase', () => {
  it.for(chosen)('$operation: $kind $lasting', async (strike, { onTestFinished }) => {
    const { operation, kind, lasting } = strike
    const one = await worldFor(kind)
    onTestFinished(one.close)
    const { emulator } = one.stand
    let [clear, first] = [() => {}, 0]
    one.atSleep(3, () => {
      const times = lasting === 'once' ? { times: 1 } : {}
      const action = () => {
        first ||= one.clock.now()
      }
      clear = emulator.inject({ operation, kind, action, ...times })
    })
    const end = await endOf(one.run())
    clear()
    const expected = expectedEnd(strike)
    expect([codeOf(end), first > 0]).toEqual([expected, true])
    // What serves is read when the traffic has arrived and, if that fails, once more when the bake time is over.
    const mostMs = operation === 'GetFunction' ? 3 * minuteMs : minuteMs
    if (expected !== 'moved') expect(one.clock.now() - first).toBeLessThan(mostMs)
    const shares = {
      moved: { 2: 100 },
      'rollout-taken-back': { 1: 100 },
      'rollout-not-taken-back': { 1: 90, 2: 10 },
    }
    expect(await one.shares()).toEqual(shares[expected])

    // What went back by itself holds the service.
    await resume(one)
    // The same deploy once more: what the first one left behind comes to an end, and nothing is written twice.
    expect(['moved', 'already done', 'rollout-taken-back']).toContain(codeOf(await endOf(one.run())))
    const [whole] = Object.entries(await one.shares())
    const events = await one.events()
    expect([whole?.[1], events.at(-1)]).toEqual([100, whole?.[0] === '2' ? 'verified' : 'rolled-back'])
    expect(events.filter(event => event === 'started').length).toBe(
      events.filter(event => event === 'verified' || event === 'rolled-back').length,
    )
  })
})

const calls = sample(
  'faults of smoke calls',
  kinds.flatMap(kind =>
    (['once', 'for ever'] as const).map((lasting): Strike => ({ operation: 'Invoke', kind, lasting })),
  ),
  ({ kind, lasting }) => lasting === 'for ever' && firstOf(kind),
)

describe.concurrent('a smoke call', () => {
  it.for(calls)('that fails moves nothing: $kind $lasting', async (strike, { onTestFinished }) => {
    const { operation, kind, lasting } = strike
    const one = await worldFor(kind)
    onTestFinished(one.close)
    one.stand.emulator.inject({ operation, kind, ...(lasting === 'once' ? { times: 1 } : {}) })
    const end = codeOf(await endOf(one.run()))
    if (lasting === 'for ever') expect(end).not.toBe('moved')
    expect(await one.shares()).toEqual(end === 'moved' ? { 2: 100 } : { 1: 100 })
    if (end !== 'moved') expect(await one.events()).toEqual(['repaired'])
  })
})
