import { expect, it } from 'vitest'
import { faultsOf } from '../../.ci/publishable.ts'

const changelog = '# Changelog\n\nText.\n\n## 1.2.0\n\nNew.\n\n## 1.1.0\n'
const good = { version: '1.2.0', changelog, isOnMain: true }

it.each([
  ['v1.2.0', good, []],
  ['1.2.0', good, ['package.json has the version 1.2.0, and the tag is 1.2.0']],
  ['v1.2.1', good, ['package.json has the version 1.2.0, and the tag is v1.2.1']],
  ['', good, ['package.json has the version 1.2.0, and the tag is ']],
  ['v1.1.0', { ...good, version: '1.1.0' }, ['CHANGELOG.md does not begin with ## 1.1.0']],
  ['v1.2.0', { ...good, changelog: '' }, ['CHANGELOG.md does not begin with ## 1.2.0']],
  ['v1.2.0', { ...good, isOnMain: false }, ['the commit is not on main']],
])('a tag %s: %j', (tag, seen, faults) => {
  expect(faultsOf(tag, seen)).toEqual(faults)
})
