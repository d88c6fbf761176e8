import { expect, it } from 'vitest'
import type { RegisteredRevision } from '../../../scripts/kinds/kind.ts'
import { decidePruning, type Keeping } from '../../../scripts/prune/decide.ts'

const revision = (number: number, more: Partial<RegisteredRevision> = {}): RegisteredRevision => ({
  revision: String(number),
  tag: `service-b-v1.0.${number}`,
  pointers: [],
  ...more,
})
const ten = Array.from({ length: 10 }, (_, index) => revision(10 - index))
const keeping: Keeping = { newest: 2, applied: '10', pinnedTags: [] }

it.each<[string, Partial<Record<number, Partial<RegisteredRevision>>>, Partial<Keeping>, string[]]>([
  ['the newest', {}, {}, ['10', '9']],
  ['what an alias names', { 3: { pointers: ['STAGING_STABLE'] } }, {}, ['10', '9', '3']],
  ['what was applied', {}, { applied: '4' }, ['10', '9', '4']],
  ['what is pinned', {}, { pinnedTags: ['service-b-v1.0.5'] }, ['10', '9', '5']],
  [
    'every version of what is pinned, since each may be the one that a rollback needs',
    { 1: { tag: 'service-b-v1.0.2' } },
    { pinnedTags: ['service-b-v1.0.2'] },
    ['10', '9', '2', '1'],
  ],
  ['nothing without a name', { 2: { tag: undefined } }, {}, ['10', '9']],
  ['everything, if the newest are all', {}, { newest: 10 }, ten.map(one => one.revision)],
])('keeps %s', (_, changes, more, kept) => {
  const all = ten.map(one => ({ ...one, ...changes[Number(one.revision)] }))
  const decided = decidePruning(all, { ...keeping, ...more })
  expect(decided.kept.map(one => one.revision)).toEqual(kept)
  expect([...decided.kept, ...decided.removed].length).toBe(10)
  expect(decided.removed.filter(one => decided.kept.includes(one))).toEqual([])
})
