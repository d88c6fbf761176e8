import { expect, it } from 'vitest'
import { type Shares, trafficOf } from '../../../scripts/rollout/traffic.ts'

const both: Shares = { shares: { old: 75, new: 25 }, says: 'what it says' }

it.each<[string, Shares, object]>([
  ['the share of the new revision', both, { state: 'at rest', share: 25 }],
  ['none that is not there yet', { shares: { old: 100 }, says: '' }, { state: 'at rest', share: 0 }],
  ['a third revision', { shares: { other: 100 }, says: 'what' }, { state: 'unexplained', says: 'what' }],
  ['a platform that starts tasks', { ...both, stage: 'preparing' }, { state: 'at rest', share: 25 }],
  ['a platform that waits', { ...both, stage: 'waiting' }, { state: 'at rest', share: 25 }],
  ['a platform between two shares', { ...both, stage: 'moving' }, { state: 'moving', share: 25 }],
  ['a platform that went back', { ...both, wentBack: 'why' }, { state: 'went back', why: 'why' }],
  ['what somebody else changed', { ...both, changed: 'so' }, { state: 'unexplained', says: 'so' }],
])('tells %s', (_, seen, expected) => {
  expect(trafficOf(seen, 'new', 'old')).toEqual(expected)
})
