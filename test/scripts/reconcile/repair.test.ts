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
const standing: Standing = { state, sequence: 6, running: '2', begun: undefined }

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
