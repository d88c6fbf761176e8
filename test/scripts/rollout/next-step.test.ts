import { describe, expect, it } from 'vitest'
import type { Arms } from '../../../scripts/rollout/judge.ts'
import { deadlineOf, nextStep, type Step } from '../../../scripts/rollout/next-step.ts'
import type { Alarm, Claim, OnStop, Seen, Smoke, Traffic } from '../../../scripts/rollout/seen.ts'
import { criteriaSchema } from '../../../scripts/strategy/criteria.ts'
import { allAtOnce, type Phases } from '../../../scripts/strategy/phases.ts'

const phases: Phases = [
  { share: 5, minutes: 15 },
  { share: 25, minutes: 30 },
  { share: 100, minutes: 10 },
]

/** One dimension of the table a key; each cell has one value of each. */
const dimensions = {
  claim: ['before', 'first', 'middle', 'last', 'whole', 'verified', 'no such phase', 'another', 'rollback'],
  hold: ['free', 'held'],
  time: ['lasts', 'is over', 'is too late'],
  traffic: ['behind', 'there', 'none left', 'shrunk', 'moving', 'beyond', 'unexplained', 'went back'],
  trouble: ['none', 'rings', 'no data', 'missing', 'withdrawn'],
  sample: ['too little', 'fine', 'warning', 'hint', 'sustained', 'critical'],
  smoke: ['none', 'later', 'not run', 'passed', 'failed'],
  noData: ['probe', 'back'],
  stop: ['no', 'back', 'hold'],
} as const

type Dimensions = typeof dimensions
type Cell = { readonly [Name in keyof Dimensions]: Dimensions[Name][number] }
type Outcome = Exclude<Step['step'], 'shift'> | 'shift first' | 'shift last' | 'shift again' | 'shift on'

/**
 * What is expected: of these rules, the first that a cell meets. A rule names the values that it is about, and is about all
 * values of a dimension that it does not name.
 */
const rules: readonly [Outcome, { readonly [Name in keyof Dimensions]?: readonly Cell[Name][] }][] = [
  // Somebody else's entry is newer.
  ['yield', { claim: ['another'] }],
  ['back', { claim: ['rollback'], traffic: ['behind', 'there', 'shrunk', 'beyond'] }],
  ['yield', { claim: ['rollback'] }],
  // Another run of the same deployment has watched it to its end.
  ['complete', { claim: ['verified'], traffic: ['there'] }],
  // Nothing has moved yet.
  ['yield', { claim: ['before', 'verified'], hold: ['held'] }],
  ['refuse', { claim: ['before', 'verified'], traffic: ['moving', 'beyond', 'unexplained', 'went back'] }],
  ['refuse', { claim: ['before', 'verified'], trouble: ['rings', 'missing', 'withdrawn'] }],
  ['refuse', { claim: ['before', 'verified'], stop: ['back', 'hold'] }],
  ['back', { claim: ['before', 'verified'], smoke: ['failed'] }],
  ['smoke', { claim: ['before', 'verified'], smoke: ['not run'] }],
  ['shift last', { claim: ['before'], traffic: ['there'] }],
  ['shift first', { claim: ['before', 'verified'] }],
  // Somebody or something else moved the traffic.
  ['back', { traffic: ['went back'] }],
  ['yield', { claim: ['no such phase'] }],
  ['back', { traffic: ['none left'] }],
  ['yield', { traffic: ['shrunk', 'beyond', 'unexplained'] }],
  // A reason to go back.
  ['back', { stop: ['back'] }],
  ['back', { trouble: ['rings', 'missing', 'withdrawn'] }],
  ['back', { sample: ['sustained', 'critical'] }],
  ['back', { sample: ['hint'], time: ['is over'], claim: ['first', 'middle', 'last'] }],
  ['back', { smoke: ['failed'] }],
  ['back', { time: ['is too late'] }],
  // No step forward.
  ['hold', { stop: ['hold'] }],
  ['back', { hold: ['held'], time: ['is over'] }],
  ['back', { hold: ['held'], claim: ['whole'] }],
  ['wait', { hold: ['held'] }],
  ['wait', { traffic: ['moving'] }],
  ['smoke', { smoke: ['not run'] }],
  ['shift again', { traffic: ['behind'] }],
  ['wait', { time: ['lasts'], claim: ['first', 'middle', 'last'] }],
  // The end of a phase: never on without a full sample.
  ['complete', { claim: ['whole'], smoke: ['none', 'passed'] }],
  ['back', { claim: ['whole'] }],
  ['probe', { sample: ['too little'], noData: ['probe'], smoke: ['passed'] }],
  ['probe', { trouble: ['no data'], noData: ['probe'], smoke: ['passed'] }],
  ['back', { sample: ['too little'] }],
  ['back', { trouble: ['no data'] }],
  ['shift on', { claim: ['first', 'middle'] }],
  ['back', { smoke: ['later'] }],
  ['complete', {}],
]

const begun = new Date('2026-01-02T03:04:05Z')
const nothing = { requests: 0, errors: 0 }
const samples: Record<Cell['sample'], Pick<Arms, 'canary' | 'stable'>> = {
  'too little': { canary: { requests: 10, errors: 0 }, stable: { requests: 1000, errors: 5 } },
  fine: { canary: { requests: 100, errors: 1 }, stable: { requests: 1000, errors: 5 } },
  warning: { canary: { requests: 100, errors: 3 }, stable: { requests: 1000, errors: 25 } },
  // Clear enough for the end of a phase, but not for a look while it lasts.
  hint: { canary: { requests: 100, errors: 6 }, stable: { requests: 1000, errors: 8 } },
  sustained: { canary: { requests: 300, errors: 30 }, stable: { requests: 1000, errors: 5 } },
  critical: { canary: { requests: 40, errors: 30 }, stable: { requests: 1000, errors: 5 } },
}

const phaseOf: Record<Cell['claim'], number | undefined> = {
  before: undefined,
  first: 0,
  middle: 1,
  last: 2,
  whole: 0,
  verified: undefined,
  'no such phase': 3,
  another: 1,
  rollback: 1,
}

function sharesOf(claim: Cell['claim']): { before: number; there: number } {
  if (['before', 'whole', 'verified'].includes(claim)) return { before: 0, there: 100 }
  const at = phaseOf[claim] ?? 0
  return { before: phases[at - 1]?.share ?? 0, there: phases[at]?.share ?? 100 }
}

function trafficOf({ claim, traffic }: Cell): Traffic {
  const { before, there } = sharesOf(claim)
  switch (traffic) {
    case 'there':
      return { state: 'at rest', share: there }
    case 'none left':
      return { state: 'at rest', share: 0 }
    case 'moving':
      return { state: 'moving', share: before }
    case 'beyond':
      return { state: 'at rest', share: phaseOf[claim] === undefined ? 50 : there + 10 }
    case 'unexplained':
      return { state: 'unexplained', says: 'version 9 has 7 % of the traffic' }
    case 'went back':
      return { state: 'went back', why: 'ECS stopped it' }
    default:
      return { state: 'at rest', share: before }
  }
}

function claimOf({ claim, hold }: Cell): Claim {
  if (claim === 'another' || claim === 'rollback')
    return { by: 'another', says: 'entry 9, by bob', takesAll: claim === 'rollback' }
  const phase = phaseOf[claim]
  return {
    by: 'us',
    begun: phase === undefined ? undefined : { phase, at: begun },
    hold: hold === 'held' ? 'held by bob' : undefined,
    ...(claim === 'verified' ? { isVerified: true } : {}),
  }
}

const criteriaOf = {
  probe: criteriaSchema.parse({}),
  back: criteriaSchema.parse({ noData: 'back' }),
}

const states: Partial<Record<Cell['trouble'], Alarm['state']>> = {
  rings: 'ringing',
  'no data': 'no data',
  missing: 'missing',
}

function seenIn(cell: Cell): Seen {
  const strategy = cell.claim === 'whole' ? allAtOnce : phases
  const lasts = strategy[phaseOf[cell.claim] ?? 0]?.minutes ?? 0
  const minutes = { lasts: Math.max(0, lasts - 1), 'is over': lasts, 'is too late': lasts + 31 }[cell.time]
  const smoke: Smoke =
    cell.smoke === 'failed' ? { state: 'failed', why: 'it answered 500' } : { state: cell.smoke }
  return {
    phases: strategy,
    criteria: criteriaOf[cell.noData],
    claim: claimOf(cell),
    traffic: trafficOf(cell),
    arrived: cell.traffic === 'none left' || cell.traffic === 'shrunk',
    alarms: [{ name: 'errors', state: states[cell.trouble] ?? 'ok' }],
    arms: { ...samples[cell.sample], earlier: nothing, probed: 0 },
    smoke,
    withdrawn: cell.trouble === 'withdrawn' ? 'service-a-v1.1.0 was yanked' : undefined,
    stop: cell.stop === 'no' ? undefined : (cell.stop satisfies OnStop),
    now: new Date(begun.getTime() + minutes * 60_000),
  }
}

/** What a cell's step is called in the rules. */
function outcomeOf(cell: Cell): Outcome {
  const step = nextStep(seenIn(cell))
  if (step.step !== 'shift') return step.step
  const strategy = cell.claim === 'whole' ? allAtOnce : phases
  expect(step.share).toBe(strategy[step.phase]?.share)
  const at = phaseOf[cell.claim]
  if (at === undefined) return step.phase === 0 ? 'shift first' : 'shift last'
  return step.phase === at ? 'shift again' : 'shift on'
}

function everyCell(): Cell[] {
  let cells: object[] = [{}]
  for (const [name, values] of Object.entries(dimensions))
    cells = cells.flatMap(cell => values.map(value => ({ ...cell, [name]: value })))
  return (cells as Cell[]).filter(isPossible)
}

/** Nothing is beyond all traffic, and the first phase has no share before it that it could shrink to. */
function isPossible({ claim, traffic }: Cell): boolean {
  if (traffic === 'beyond') return !['last', 'whole', 'no such phase'].includes(claim)
  return traffic !== 'shrunk' || !['before', 'first', 'whole', 'verified'].includes(claim)
}

// Made once, not for each cell.
const abouts = rules.map(([, about]) => Object.entries(about) as [keyof Cell, readonly string[]][])

function ruleFor(cell: Cell): number {
  return abouts.findIndex(about => about.every(([name, values]) => values.includes(cell[name])))
}

const cells = everyCell().map(cell => ({ cell, outcome: outcomeOf(cell) }))

describe('the truth table of a rollout', () => {
  it('has every cell as the rules say, and needs every rule', () => {
    const used = new Map<number, number>()
    const wrong: object[] = []
    const outcomes: Partial<Record<Outcome, number>> = {}
    for (const { cell, outcome: actual } of cells) {
      const rule = ruleFor(cell)
      const expected = rules[rule]?.[0]
      used.set(rule, (used.get(rule) ?? 0) + 1)
      outcomes[actual] = (outcomes[actual] ?? 0) + 1
      if (expected !== actual && wrong.length < 5) wrong.push({ ...cell, expected, actual })
    }
    expect(wrong).toEqual([])
    expect(rules.flatMap((_, index) => (used.has(index) ? [] : [index]))).toEqual([])
    expect(cells).toHaveLength(351_000)
    expect(outcomes).toEqual({
      back: 130_704,
      yield: 175_500,
      refuse: 33_300,
      hold: 2784,
      wait: 1184,
      smoke: 592,
      'shift first': 864,
      'shift again': 348,
      'shift last': 216,
      complete: 5472,
      'shift on': 24,
      probe: 12,
    })
  })

  it('completes only with a full sample, all traffic, quiet alarms and a passed smoke check', () => {
    expect(valuesWhere('complete', 'last')).toEqual({
      claim: ['last'],
      hold: ['free'],
      time: ['is over'],
      traffic: ['there'],
      trouble: ['none'],
      sample: ['fine', 'warning'],
      smoke: ['none', 'passed'],
      noData: ['back', 'probe'],
      stop: ['no'],
    })
  })

  it('asks for no sample only where the strategy has no time for one', () => {
    expect(valuesWhere('complete', 'whole')).toMatchObject({
      hold: ['free'],
      traffic: ['there'],
      trouble: ['no data', 'none'],
      sample: ['fine', 'hint', 'too little', 'warning'],
      smoke: ['none', 'passed'],
      stop: ['no'],
    })
    const claims = cells.filter(({ outcome }) => outcome === 'complete').map(({ cell }) => cell.claim)
    // What is verified already had its sample.
    expect([...new Set(claims)]).toEqual(['last', 'whole', 'verified'])
  })
})

/** The values that the cells of a claim with an outcome have, by dimension. */
function valuesWhere(outcome: Outcome, claim: Cell['claim']): object {
  const found = cells.filter(one => one.cell.claim === claim && one.outcome === outcome)
  const names = Object.keys(dimensions) as (keyof Cell)[]
  return Object.fromEntries(
    names.map(name => [name, [...new Set(found.map(({ cell }) => cell[name]))].toSorted()]),
  )
}

const good: Cell = {
  claim: 'first',
  hold: 'free',
  time: 'is over',
  traffic: 'there',
  trouble: 'none',
  sample: 'fine',
  smoke: 'passed',
  noData: 'probe',
  stop: 'no',
}

function step(cell: Partial<Cell>, seen: Partial<Seen> = {}): Step {
  return nextStep({ ...seenIn({ ...good, ...cell }), ...seen })
}

function arms(sample: Cell['sample'], probed: number): Arms {
  return { ...samples[sample], earlier: nothing, probed }
}

describe('too little traffic', () => {
  it('is made up for by as many smoke calls as a full sample lacks', () => {
    expect(step({ sample: 'too little' })).toEqual({ step: 'probe', calls: 40 })
    expect(step({ sample: 'too little' }, { arms: arms('too little', 15) })).toEqual({
      step: 'probe',
      calls: 25,
    })
    expect(step({ sample: 'too little' }, { arms: arms('too little', 40) })).toMatchObject({ step: 'shift' })
  })

  it('goes back where nothing can make up for it, and says why', () => {
    const why =
      'too little was seen to go on: 0 of 10 requests (0.0 %) failed, and 5 of 1000 requests (0.5 %) of the verified revision; a full sample is 50 requests'
    expect(step({ sample: 'too little', smoke: 'none' })).toEqual({ step: 'back', why })
    expect(step({ sample: 'too little', noData: 'back' })).toEqual({ step: 'back', why })
  })

  it('does not make errors look rarer', () => {
    const canary = { requests: 10, errors: 5 }
    const seen = { arms: { canary, stable: samples.fine.stable, earlier: nothing, probed: 1000 } }
    expect(step({}, seen)).toMatchObject({ step: 'back' })
  })

  it('is no reason to trust an alarm that saw nothing', () => {
    expect(step({ trouble: 'no data' })).toEqual({ step: 'probe', calls: 1 })
    expect(step({ trouble: 'no data' }, { arms: arms('fine', 1) })).toMatchObject({ step: 'shift' })
    expect(step({ trouble: 'no data', noData: 'back' })).toEqual({
      step: 'back',
      why: 'too little was seen to go on: the alarm errors has no data',
    })
  })
})

describe('a phase whose traffic has not arrived', () => {
  it.each([
    ['goes on with its first call', 59, true],
    ['begins again once that was too long ago', 60, false],
  ])('%s', (_, seconds, isBegun) => {
    const now = new Date(begun.getTime() + seconds * 1000)
    expect(step({ traffic: 'behind' }, { now })).toEqual({ step: 'shift', phase: 0, share: 5, isBegun })
  })

  it('has no entry yet where the phase before it is over', () => {
    expect(step({})).toEqual({ step: 'shift', phase: 1, share: 25, isBegun: false })
  })
})

describe('a deployment that another run has verified', () => {
  const claim = { by: 'us', begun: undefined, hold: undefined, isVerified: true } as const

  it('is complete', () => {
    expect(step({ claim: 'last' }, { claim })).toEqual({ step: 'complete', note: undefined })
  })

  it('is not, where the traffic is elsewhere', () => {
    expect(step({ claim: 'first', traffic: 'there' }, { claim })).toMatchObject({ step: 'refuse' })
  })
})

describe('what a step says', () => {
  it('why it goes back', () => {
    expect(step({ trouble: 'rings' })).toEqual({ step: 'back', why: 'the alarm errors rings' })
    expect(step({ trouble: 'missing' })).toEqual({ step: 'back', why: 'the alarm errors does not exist' })
    expect(step({ sample: 'critical' })).toEqual({
      step: 'back',
      why: '30 of 40 requests (75.0 %) failed, and 5 of 1000 requests (0.5 %) of the verified revision; 50 % is critical',
    })
    expect(step({ sample: 'sustained' })).toEqual({
      step: 'back',
      why: '30 of 300 requests (10.0 %) failed, and 5 of 1000 requests (0.5 %) of the verified revision; the criterion is 5 %',
    })
    expect(step({ smoke: 'failed' })).toEqual({
      step: 'back',
      why: 'the smoke check failed: it answered 500',
    })
    expect(step({ hold: 'held' })).toEqual({
      step: 'back',
      why: 'it was held until its phase was over: held by bob',
    })
    expect(step({ claim: 'rollback' })).toEqual({
      step: 'back',
      why: 'entry 9, by bob, and a shift of this rollout arrived after that',
    })
  })

  it('why it refuses, before anything moved', () => {
    expect(step({ claim: 'before', traffic: 'behind', trouble: 'rings' })).toEqual({
      step: 'refuse',
      why: 'the alarm errors rings',
    })
    expect(step({ claim: 'before', traffic: 'beyond' })).toEqual({
      step: 'refuse',
      why: 'no entry of the ledger explains that the new revision has 50 % of the traffic',
    })
  })

  it('to whom it yields', () => {
    expect(step({ claim: 'another' })).toEqual({ step: 'yield', to: 'entry 9, by bob' })
    expect(step({ claim: 'middle', traffic: 'shrunk' })).toEqual({
      step: 'yield',
      to: 'somebody else, who gave the new revision 5 % of the traffic',
      isByHand: true,
    })
    expect(step({ claim: 'middle', traffic: 'unexplained' })).toEqual({
      step: 'yield',
      to: 'somebody else, since version 9 has 7 % of the traffic',
      isByHand: true,
    })
  })

  it('until when it waits, and what a person should look at', () => {
    const end = new Date(begun.getTime() + 15 * 60_000)
    expect(step({ time: 'lasts' })).toEqual({ step: 'wait', until: end, note: undefined })
    expect(step({ time: 'lasts', sample: 'warning', trouble: 'no data' })).toEqual({
      step: 'wait',
      until: end,
      note: '3 of 100 requests (3.0 %) failed, and 25 of 1000 requests (2.5 %) of the verified revision; the warning is from 2 %; the alarm errors has no data',
    })
    expect(step({ time: 'lasts', hold: 'held' })).toEqual({ step: 'wait', until: end, note: 'held by bob' })
    const deadline = deadlineOf(phases[0], { phase: 0, at: begun })
    expect(deadline).toEqual(new Date(begun.getTime() + 45 * 60_000))
    expect(step({ traffic: 'moving' })).toMatchObject({ step: 'wait', until: deadline })
  })
})
