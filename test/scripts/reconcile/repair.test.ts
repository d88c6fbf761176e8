import { expect, it } from 'vitest'
import type { Good, State } from '../../../scripts/ledger/state.ts'
import { decideRepair, type Standing } from '../../../scripts/reconcile/repair.ts'
import { digest } from '../samples.ts'

const good = (version: string, sequence: number, revision: string): Good => ({
  sequence,
  tag: `service-b-v${version}`,
  digest: digest('a'),
  settings: digest('b'),
  revision,
})
const [one, two] = [good('1.0.0', 3, '1'), good('1.1.0', 6, '2')]
const state: State = { hold: null, open: null, good: [two, one] }
const rollout = { sequence: 7, type: 'rollout' } as const
const rollback = { sequence: 7, type: 'rollback' } as const
const begun = { tag: 'service-b-v1.2.0', revision: '3' }
const now = new Date('2026-01-02T04:00:00Z')
const standing: Standing = { now, state, sequence: 6, running: '2', begun: undefined }

/** What is seen of a rollout whose first phase could be continued until a time. */
function inPhase(running: string | undefined, until: string): Partial<Standing> {
  const shift = { sequence: 8, phase: 1, share: 5, deadline: `2026-01-02T${until}:00Z` }
  return { state: { ...state, open: { ...rollout, shift } }, running, begun }
}

it.each<[string, Partial<Standing>, object]>([
  ['a ledger that says what runs', {}, { step: 'nothing' }],
  [
    'a deployment that no entry knows',
    { sequence: 0, running: '9' },
    { step: 'tell', problem: 'the traffic goes to revision 9, but its ledger has no entry' },
  ],
  ['traffic that went back', { running: '1' }, { step: 'note rollback', to: one, from: two }],
  [
    'a rollback that has not ended',
    { state: { hold: 7, open: rollback, good: [one] }, running: '1' },
    { step: 'finish rollback', to: one, sequence: 7 },
  ],
  [
    'a rollback whose traffic is elsewhere',
    { state: { hold: 7, open: rollback, good: [one] } },
    { step: 'tell', problem: 'the traffic goes to revision 2, but entry 7 sent it back to 1' },
  ],
  [
    'a rollout that has arrived',
    { state: { ...state, open: rollout }, running: '3', begun },
    { step: 'note arrival', started: 7 },
  ],
  [
    'a rollout whose traffic is elsewhere',
    { state: { ...state, open: rollout }, running: '1', begun },
    {
      step: 'tell',
      problem: 'the traffic goes to revision 1, but the rollout that entry 7 began has not ended',
    },
  ],
  ...[
    { running: undefined, where: 'several revisions share the traffic' },
    // Before the first share has arrived, and in the bake time, which nobody but the rollout's own run has watched.
    { running: '2', where: 'the traffic goes to revision 2' },
    { running: '3', where: 'the traffic goes to revision 3' },
  ].flatMap(({ running, where }): [string, Partial<Standing>, object][] => [
    [`a phase that may be continued, while ${where}`, inPhase(running, '04:01'), { step: 'nothing' }],
    [
      `a phase that nobody continued, while ${where}`,
      inPhase(running, '03:59'),
      {
        step: 'tell',
        problem: `${where}, but nobody has continued the rollout of service-b-v1.2.0 since its phase 1: make rollback ends it`,
      },
    ],
  ]),
  [
    'a phase with the traffic elsewhere',
    inPhase('1', '04:01'),
    {
      step: 'tell',
      problem: 'the traffic goes to revision 1, but the rollout that entry 7 began has not ended',
    },
  ],
  [
    'traffic on a revision that no entry knows',
    { running: '9' },
    { step: 'tell', problem: 'the traffic goes to revision 9, but the ledger verified 2 last' },
  ],
  [
    'a rollout that arrived and was taken back',
    { state: { ...state, open: { ...rollout, completed: true } }, running: '1', begun },
    { step: 'note rollback', to: one, from: begun },
  ],
  [
    'a rollback with shared traffic',
    { state: { hold: 7, open: rollback, good: [one] }, running: undefined },
    {
      step: 'tell',
      problem: 'several revisions share the traffic, but entry 7 sent it back to 1',
    },
  ],
  [
    'a rollout that shifts traffic',
    { state: { ...state, open: rollout }, running: undefined, begun },
    { step: 'nothing' },
  ],
  [
    'shared traffic without a rollout',
    { running: undefined },
    { step: 'tell', problem: expect.stringContaining('several revisions share the traffic') },
  ],
])('%s is repaired, or told', (_, seen, repair) => {
  expect(decideRepair({ ...standing, ...seen })).toEqual(repair)
})
