import { expect, it } from 'vitest'
import { type Good, initialState } from '../../../scripts/ledger/state.ts'
import {
  describePhase,
  type HeldAt,
  inPhase,
  isHeldThere,
  isOnItsWay,
} from '../../../scripts/rollout/running.ts'
import { digest } from '../samples.ts'

const hold = { sequence: 7, by: 'alice', since: '2026-01-02T03:07:00.000Z', reason: 'loses orders' }
const good: Good = {
  sequence: 3,
  tag: 'service-a-v1.0.0',
  digest: digest('a'),
  settings: digest('b'),
  revision: '2',
}

it.each<[string, string | undefined, HeldAt, boolean]>([
  ['to what was sent back to', '2', { hold, good }, true],
  ['elsewhere', '3', { hold, good }, false],
  ['to several revisions', undefined, { hold, good }, false],
  ['there without a hold', '2', { hold: undefined, good }, false],
  ['to what nobody verified', '2', { hold, good: undefined }, false],
])('traffic that goes %s is held there, or is not', (_, revision, ledger, isHeld) => {
  expect(isHeldThere({ revision }, ledger)).toBe(isHeld)
})

it.each([
  [
    '03:59',
    'nobody has continued its rollout in phase 2, with 25 % of the traffic, until 2026-01-02 03:59 UTC: make rollback ends it',
  ],
  [
    '04:01',
    'its rollout is in phase 2 with 25 % of the traffic, which may be continued until 2026-01-02 04:01 UTC',
  ],
])('a phase that may be continued until %s explains where the traffic goes until then', (until, says) => {
  const shift = { sequence: 8, phase: 2, share: 25, deadline: `2026-01-02T${until}:00.000Z` }
  const open = { sequence: 7, type: 'rollout', revision: '3', shift } as const
  const phase = inPhase({ ...initialState, open }, new Date('2026-01-02T04:00:00Z'))
  expect(phase && describePhase(phase)).toBe(says)
  expect(['3', '4'].map(applied => isOnItsWay({ applied }, phase))).toEqual([until === '04:01', false])
  expect(inPhase({ ...initialState, open: { ...open, shift: undefined } }, new Date())).toBeUndefined()
})
