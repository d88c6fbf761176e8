import { expect, it } from 'vitest'
import { releaseBranchMatcher } from '../../../scripts/catalogue/release-branches.ts'

it.each([
  [['main'], 'main'],
  [['main', 'hotfix/*'], 'hotfix/1.1'],
  [['hotfix/*'], 'hotfix/.1'],
  [['release-*'], 'release-1.x'],
  [['v*.x'], 'v1.x'],
  [['*/stable'], 'team/stable'],
])('%j includes the branch %s', (patterns, branch) => {
  expect(releaseBranchMatcher(patterns)(branch)).toBe(true)
})

it.each([
  [['main'], 'main2'],
  [['main'], 'Main'],
  [['main'], 'feature/main'],
  [['main', 'hotfix/*'], 'hotfix'],
  [['main', 'hotfix/*'], 'hotfix/a/b'],
  [['main', 'hotfix/*'], 'hotfix/'],
  [['a.b'], 'axb'],
  [['*'], 'a/b'],
])('%j does not include the branch %s', (patterns, branch) => {
  expect(releaseBranchMatcher(patterns)(branch)).toBe(false)
})
