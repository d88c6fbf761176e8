import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { namedStrategies } from '../../../scripts/strategy/names.ts'
import { parseStrategy, strategyText } from '../../../scripts/strategy/parse-strategy.ts'
import { allAtOnce, minutesOf, type Phases, printPhases } from '../../../scripts/strategy/phases.ts'

function phases(text: string): Phases {
  const parsed = parseStrategy(text)
  if ('faults' in parsed) throw new TypeError(parsed.faults.join('\n'))
  return parsed.phases
}

function faults(text: string): readonly string[] {
  const parsed = parseStrategy(text)
  return 'faults' in parsed ? parsed.faults : []
}

const anyPhases = fc
  .record({
    shares: fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 33 }),
    minutes: fc.array(fc.integer({ min: 1, max: 1440 }), { minLength: 33, maxLength: 33 }),
    bake: fc.integer({ min: 0, max: 1440 }),
  })
  .map(({ shares, minutes, bake }): Phases => {
    const before = shares.toSorted((a, b) => a - b).map((share, at) => ({ share, minutes: minutes[at] ?? 1 }))
    const [first, ...others] = [...before, { share: 100, minutes: bake }]
    return [first as Phases[0], ...others]
  })

it('reads what it prints', () => {
  fc.assert(
    fc.property(anyPhases, all => {
      expect(phases(printPhases(all))).toEqual(all)
    }),
  )
})

it('reads no text as phases that it would print as others', () => {
  const part = fc.constantFrom(
    '5',
    '50',
    '100',
    '0',
    '%',
    '/',
    '15m',
    '1h',
    '1h30m',
    's',
    ',',
    ' ',
    '.5',
    '-',
  )
  const text = fc.array(part, { maxLength: 14 }).map(parts => parts.join(''))
  fc.assert(
    fc.property(text, one => {
      const parsed = parseStrategy(one)
      if ('faults' in parsed) expect(parsed.faults).not.toEqual([])
      else expect(phases(printPhases(parsed.phases))).toEqual(parsed.phases)
    }),
  )
})

it('prints and reads a strategy in one line', () => {
  const text = '5%/15m, 25%/30m, 50%/1h, 100%/1h30m'
  expect(printPhases(phases(text))).toBe(text)
  expect(phases(' 5 % / 15m,25%/30m ,50%/60m,100%/90m')).toEqual(phases(text))
  expect(minutesOf(phases(text))).toBe(195)
})

describe('the well-known names', () => {
  it.each([
    ['AllAtOnce', 'AllAtOnce'],
    ['Canary10Percent5Minutes', '10%/5m, 100%/5m'],
    ['Canary10Percent30Minutes', '10%/30m, 100%/5m'],
    [
      'Linear10PercentEvery1Minute',
      '10%/1m, 20%/1m, 30%/1m, 40%/1m, 50%/1m, 60%/1m, 70%/1m, 80%/1m, 90%/1m, 100%/5m',
    ],
  ])('%s is %s', (name, text) => expect(printPhases(phases(name))).toBe(text))

  it('are those that CodeDeploy predefines for Lambda and ECS', () => {
    expect(Object.keys(namedStrategies)).toEqual([
      'AllAtOnce',
      ...[5, 10, 15, 30].map(minutes => `Canary10Percent${minutes}Minutes`),
      'Linear10PercentEvery1Minute',
      ...[2, 3, 10].map(minutes => `Linear10PercentEvery${minutes}Minutes`),
    ])
  })

  it('has a name for everything at once, which 100 % without a time is too', () => {
    expect(phases('100%/0m')).toEqual(allAtOnce)
    expect(printPhases(allAtOnce)).toBe('AllAtOnce')
  })
})

describe('faults', () => {
  it.each([
    [
      'Canary10Percent5Minute',
      '"Canary10Percent5Minute" is not a strategy. Did you mean Canary10Percent5Minutes?',
    ],
    [
      'CodeDeployDefault.ECSLinear10PercentEvery1Minutes',
      '"CodeDeployDefault.ECSLinear10PercentEvery1Minutes" is not a strategy. Did you mean Linear10PercentEvery1Minute?',
    ],
    [
      'CodeDeployDefault.LambdaCanary10Percent5Minutes',
      '"CodeDeployDefault.LambdaCanary10Percent5Minutes" is not a strategy. Did you mean Canary10Percent5Minutes?',
    ],
    [
      'toString',
      '"toString" is not a strategy. Use a name such as Canary10Percent5Minutes, or phases such as 5%/15m, 50%/1h, 100%/10m.',
    ],
    [
      '',
      '"" is not a strategy. Use a name such as Canary10Percent5Minutes, or phases such as 5%/15m, 50%/1h, 100%/10m.',
    ],
    ['5/15m, 100%/5m', '"5/15m" is not a phase: use a share and a time, such as 5%/15m'],
    ['5%/15m,, 100%/5m', 'a comma has no phase before or after it: remove it'],
    ['5%, 100%/5m', '"5%" has no time: say how long it lasts, such as "5%/15m"'],
    ['5%/, 100%/5m', '"5%/" has no time: say how long it lasts, such as "5%/15m"'],
    ['x%/15m, 100%/5m', '"x%/15m": "x" is not a percentage from 1 to 100'],
    ['-5%/15m, 100%/5m', '"-5%/15m": "-5" is not a percentage from 1 to 100'],
    ['2.5%/15m, 100%/5m', '"2.5%/15m": a share is a whole percentage, without a fraction'],
    ['0%/15m, 100%/5m', '"0%/15m": 0 % sends the new revision no traffic: begin with at least 1 %'],
    ['5%/15m, 101%/5m', '"101%/5m": 101 % is more than all traffic'],
    ['5%/90s, 100%/5m', '"5%/90s": "90s" is not a time in whole minutes: use 15m, 1h or 1h30m'],
    ['5%/15, 100%/5m', '"5%/15": "15" is not a time in whole minutes: use 15m, 1h or 1h30m'],
    ['5%/25h, 100%/5m', '"5%/25h": 25h is longer than AWS allows, which is 24h'],
    ['5%/0m, 100%/5m', 'the phase of 5 % has no time, so nothing could be seen in it'],
    ['25%/5m, 5%/15m, 100%/5m', 'the shares must increase, but 5 % follows 25 %'],
    ['100%/5m, 100%/5m', 'the shares must increase, but 100 % follows 100 %'],
    ['5%/15m, 50%/5m', 'the last phase must be of 100 %, and is of 50 %'],
    [
      [...Array.from({ length: 34 }, (_, at) => `${at + 1}%/1m`), '100%/1m'].join(', '),
      'has 35 phases, and at most 34 are possible',
    ],
  ])('%s', (text, fault) => expect(faults(text)).toEqual([fault]))

  it('lists all of them', () => {
    expect(faults('0%/x, 200%/5m')).toHaveLength(3)
    expect(strategyText.safeParse('0%/x, 200%/5m').error?.issues).toHaveLength(3)
    expect(strategyText.parse('AllAtOnce')).toBe('AllAtOnce')
  })
})
