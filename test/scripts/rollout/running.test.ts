import { expect, it } from 'vitest'
import type { Good } from '../../../scripts/ledger/state.ts'
import { type HeldAt, isHeldThere } from '../../../scripts/rollout/running.ts'
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
