import { expect, it } from 'vitest'
import { unwrap } from '../../../scripts/base/attempt.ts'
import type { Deployment, LedgerEvent, ReadEntry } from '../../../scripts/ledger/entry.ts'
import { type Activity, historian } from '../../../scripts/ledger/history.ts'
import { entryTexts, linksOf } from '../../support/ledger-entries.ts'

const hash = (digit: string) => `sha256:${digit.repeat(64)}` as Deployment['digest']

function deployment(version: string, revision: string): Deployment {
  const tag = `service-b-v${version}`
  const commit = 'c'.repeat(40) as Deployment['commit']
  return {
    tag,
    digest: hash('a'),
    settings: hash('b'),
    commit,
    applied: { kind: 'lambda-zip', tag, revision },
  }
}

const [one, two] = [deployment('1.0.0', '1'), deployment('1.1.0', '2')]

function activitiesOf(events: readonly LedgerEvent[], limit = 20): Activity[] {
  const newest = historian(limit)
  for (const { entry } of linksOf(entryTexts(events))) newest.add(unwrap(entry))
  return newest.newest()
}

const brief = ({ sequence, what, from, to, verdict, seconds, reason }: Activity) =>
  [sequence, what, from, to, verdict, seconds, reason].map(one => one ?? '').join('|')

it('the entries of a rollout, and of a rollback, are one activity, newest first', () => {
  const told = activitiesOf([
    { type: 'started', deployment: one },
    { type: 'completed', started: 1 },
    { type: 'verified', started: 1, deployment: one },
    { type: 'started', deployment: two, plan: hash('d') },
    { type: 'completed', started: 4 },
    { type: 'verified', started: 4, deployment: two },
    { type: 'rollback', deployment: one, of: 3, from: { tag: two.tag, revision: '2' }, reason: 'bad' },
    { type: 'rollback-completed', of: 7 },
    { type: 'resumed', reason: 'fixed' },
    { type: 'started', deployment: two },
    { type: 'rolled-back', started: 10, to: '1', reason: 'alarm' },
    { type: 'started', deployment: two },
    { type: 'completed', started: 12 },
    { type: 'held', reason: 'lunch' },
  ])
  expect(told.map(brief)).toEqual([
    '14|hold|||||lunch',
    '13|deploy|service-b-v1.0.0|service-b-v1.1.0|arrived||',
    '11|deploy|service-b-v1.0.0|service-b-v1.1.0|rolled back|60|alarm',
    '9|resume|||||fixed',
    '8|rollback|service-b-v1.1.0|service-b-v1.0.0|completed|60|bad',
    '6|deploy|service-b-v1.0.0|service-b-v1.1.0|verified|120|',
    '3|deploy||service-b-v1.0.0|verified|120|',
  ])
  expect(told[5]).toMatchObject({
    plan: hash('d'),
    entries: [{ sequence: 4 }, { sequence: 5 }, { sequence: 6 }],
  })
})

it('a watched rollout has its phases, each until the next one or its end', () => {
  const shifted = (started: number, phase: number, share: number): LedgerEvent => {
    return { type: 'shifted', started, phase, share, deadline: '2026-01-02T04:00:00.000Z' }
  }
  const [open, back, verified, plain] = activitiesOf([
    { type: 'started', deployment: one },
    { type: 'verified', started: 1, deployment: one },
    { type: 'started', deployment: two },
    shifted(3, 1, 5),
    // An interrupted run began it again.
    shifted(3, 1, 5),
    shifted(3, 2, 100),
    { type: 'completed', started: 3 },
    { type: 'verified', started: 3, deployment: two },
    { type: 'started', deployment: one },
    shifted(9, 1, 12.5),
    { type: 'rolled-back', started: 9, to: '2', reason: 'errors' },
    { type: 'started', deployment: one },
    shifted(12, 1, 5),
  ])
  const phases = (activity: Activity | undefined) =>
    activity?.phases?.map(({ phase, share, seconds }) => [phase, share, seconds])
  expect(phases(plain)).toBeUndefined()
  expect(phases(verified)).toEqual([
    [1, 5, 60],
    [1, 5, 60],
    [2, 100, 120],
  ])
  expect(phases(back)).toEqual([[1, 12.5, 60]])
  expect(phases(open)).toEqual([[1, 5, undefined]])
  expect(open?.phases).toMatchObject([{ deadline: '2026-01-02T04:00:00.000Z' }])
})

it('a service that was destroyed has left its last release', () => {
  const told = activitiesOf([
    { type: 'destroyed', tag: two.tag, revision: '2', reason: 'moved' },
    { type: 'destroyed', revision: '7' },
    { type: 'destroyed' },
  ])
  expect(told.map(brief)).toEqual([
    '3|destroy|||||',
    '2|destroy|7||||',
    '1|destroy|service-b-v1.1.0||||moved',
  ])
})

it('only the newest ones are kept, and the end of an older one is none of its own', () => {
  const told = activitiesOf(
    [
      { type: 'started', deployment: one },
      { type: 'held', reason: 'one' },
      { type: 'resumed', reason: 'two' },
      { type: 'verified', started: 1, deployment: one },
    ],
    2,
  )
  expect(told.map(({ sequence }) => sequence)).toEqual([3, 2])
})

it('what something else put an end to is overtaken, and only the newest goes on', () => {
  const told = activitiesOf([
    { type: 'started', deployment: one },
    { type: 'started', deployment: two },
    { type: 'completed', started: 2 },
    { type: 'rollback', deployment: one, from: { tag: two.tag, revision: '2' }, reason: 'bad' },
    { type: 'held', reason: 'lunch' },
  ])
  expect(told.map(({ what, verdict }) => [what, verdict])).toEqual([
    ['hold', undefined],
    ['rollback', 'not ended'],
    ['deploy', 'overtaken'],
    ['deploy', 'overtaken'],
  ])
})

it('an entry of a newer Waybill is shown by its type', () => {
  const newest = historian(20)
  const [text = ''] = entryTexts([{ type: 'held', reason: 'x' }])
  newest.add({ ...JSON.parse(text), schema: 2, event: { type: 'paused', phase: 3 } } as ReadEntry)
  expect(newest.newest()).toMatchObject([{ sequence: 1, what: 'paused' }])
})
