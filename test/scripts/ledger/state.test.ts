import { describe, expect, it } from 'vitest'
import type { Deployment, LedgerEvent } from '../../../scripts/ledger/entry.ts'
import { advance, initialState, type State, sentBackTo } from '../../../scripts/ledger/state.ts'

function deployed(version: string, revision: string): Deployment {
  const tag = `service-a-v${version}`
  return {
    tag,
    digest: `sha256:${'a'.repeat(64)}` as Deployment['digest'],
    settings: `sha256:${'b'.repeat(64)}` as Deployment['settings'],
    commit: 'c'.repeat(40) as Deployment['commit'],
    applied: { kind: 'lambda-zip', tag, revision },
  }
}

function play(events: readonly LedgerEvent[]): State {
  return events.reduce((state, event, index) => advance(state, event, index + 1), initialState)
}

const rollout = (version: string, revision: string, at: number): LedgerEvent[] => [
  { type: 'started', deployment: deployed(version, revision) },
  { type: 'completed', started: at },
  { type: 'verified', started: at, deployment: deployed(version, revision) },
]
const revisions = ({ good }: State) => good.map(({ revision }) => revision)

describe('what is true after entries', () => {
  it('has the verified deployments, newest first', () => {
    const state = play([...rollout('1.0.0', '1', 1), ...rollout('1.1.0', '2', 4)])
    expect(revisions(state)).toEqual(['2', '1'])
    expect(state.good.map(({ sequence }) => sequence)).toEqual([6, 3])
    expect(state).toMatchObject({ hold: null, open: null })
  })

  it('tells a rollout that has arrived from one that has not', () => {
    const begun = play(rollout('1.0.0', '1', 1).slice(0, 1))
    expect(begun.open).toEqual({ sequence: 1, type: 'rollout', revision: '1' })
    const arrived = advance(begun, { type: 'completed', started: 1 }, 2)
    expect(arrived.open).toEqual({ sequence: 1, type: 'rollout', revision: '1', completed: true })
  })

  it('lists a revision once, however often it was verified', () => {
    const state = play([
      ...rollout('1.0.0', '1', 1),
      ...rollout('1.1.0', '2', 4),
      ...rollout('1.0.0', '1', 7),
    ])
    expect(revisions(state)).toEqual(['1', '2'])
  })

  it('does not list what never was verified', () => {
    const state = play([
      ...rollout('1.0.0', '1', 1),
      { type: 'started', deployment: deployed('1.1.0', '2') },
      { type: 'rolled-back', started: 4, to: '1', reason: 'alarm' },
    ])
    expect(revisions(state)).toEqual(['1'])
    expect(state.open).toBeNull()
  })

  it('forgets what was rolled back from, and holds until it is resumed', () => {
    const back: LedgerEvent = {
      type: 'rollback',
      deployment: deployed('1.1.0', '2'),
      of: 6,
      from: { revision: '3' },
      reason: 'bad',
    }
    const all = [...rollout('1.0.0', '1', 1), ...rollout('1.1.0', '2', 4), ...rollout('1.2.0', '3', 7), back]
    expect(play(all)).toMatchObject({ hold: 10, open: { sequence: 10, type: 'rollback' } })
    expect(revisions(play(all))).toEqual(['2', '1'])
    const done = play([...all, { type: 'rollback-completed', of: 10 }, { type: 'resumed', reason: 'fixed' }])
    expect(done).toMatchObject({ hold: null, open: null })
  })

  it('goes back to a deployment that no entry names', () => {
    const state = play([
      ...rollout('1.1.0', '2', 1),
      { type: 'rollback', deployment: deployed('1.0.0', '1'), from: { revision: '2' }, reason: 'bad' },
    ])
    expect(state.good).toMatchObject([{ sequence: 4, revision: '1' }])
  })

  it('forgets everything but the hold when it is destroyed', () => {
    const gone: LedgerEvent = { type: 'destroyed', tag: 'service-a-v1.0.0', revision: '1' }
    const all: LedgerEvent[] = [
      ...rollout('1.0.0', '1', 1),
      { type: 'held', reason: 'moves' },
      { type: 'started', deployment: deployed('1.1.0', '2') },
      gone,
    ]
    expect(play(all)).toEqual({ hold: 4, open: null, good: [] })
    expect(revisions(play([...all, ...rollout('1.1.0', '3', 7)]))).toEqual(['3'])
  })

  it('keeps the newest ten', () => {
    const all = Array.from({ length: 12 }, (_, index) => rollout(`1.${index}.0`, `${index}`, index * 3 + 1))
    expect(revisions(play(all.flat()))).toEqual(['11', '10', '9', '8', '7', '6', '5', '4', '3', '2'])
  })
})

describe('traffic that was sent back without an entry', () => {
  const two = [...rollout('1.0.0', '1', 1), ...rollout('1.1.0', '2', 4)]
  const third = rollout('1.2.0', '3', 7)
  it.each<[string, LedgerEvent[], string | undefined, string | undefined, string | undefined]>([
    ['goes to what was verified last', two, '2', undefined, undefined],
    ['goes to an earlier one', two, '1', undefined, '1'],
    ['goes to one that no entry knows', two, '7', undefined, undefined],
    ['is shared', two, undefined, undefined, undefined],
    ['is not sent to the new one yet', [...two, ...third.slice(0, 1)], '2', '3', undefined],
    ['has arrived at the new one', [...two, ...third.slice(0, 2)], '3', '3', undefined],
    ['had arrived at the new one and left it', [...two, ...third.slice(0, 2)], '2', '3', '2'],
    [
      'had arrived at what no entry names any more',
      [...two, ...third.slice(0, 2)],
      '2',
      undefined,
      undefined,
    ],
    [
      'was sent back with an entry',
      [
        ...two,
        { type: 'rollback', deployment: deployed('1.0.0', '1'), from: { revision: '2' }, reason: 'x' },
      ],
      '1',
      undefined,
      undefined,
    ],
  ])('%s', (_, events, running, begun, expected) => {
    expect(sentBackTo(play(events), running, begun)?.revision).toBe(expected)
  })
})
