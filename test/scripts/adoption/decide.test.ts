import { expect, it } from 'vitest'
import { readEnvironmentList, repositoryOf } from '../../../scripts/adoption/answers.ts'
import { clashingTargets, decideFile } from '../../../scripts/adoption/decide.ts'
import { findServices } from '../../../scripts/adoption/services.ts'
import { changesBetween, decideUpgrade } from '../../../scripts/adoption/upgrade.ts'

it.each([
  ['git@github.com:acme/parcels.git', 'acme/parcels'],
  ['https://github.com/acme/parcels', 'acme/parcels'],
  ['https://x:secret@github.com/acme/parcels.git/', 'acme/parcels'],
  ['ssh://git@github.com/acme/parcels.git', 'acme/parcels'],
  ['https://gitlab.com/acme/parcels', undefined],
  ['https://github.com.evil.example/acme/parcels', undefined],
  [undefined, undefined],
])('the repository of %s is %s', (address, repository) => {
  expect(repositoryOf(address)).toBe(repository)
})

it('an environment without an account is in the one of the artifacts', () => {
  expect(readEnvironmentList('staging, prod:333333333333', '111111111111')).toEqual([
    { name: 'staging', account: '111111111111' },
    { name: 'prod', account: '333333333333' },
  ])
})

it.each([
  ['whole', undefined, 'create'],
  ['whole', 'a\n', 'nothing'],
  ['whole', 'a\r\n', 'nothing'],
  ['whole', 'b\n', 'show'],
  ['yours', 'b\n', 'nothing'],
  ['lines', 'b\n', 'add'],
  ['lines', 'b\na\n', 'nothing'],
] as const)('of a file kept as %s with %j there: %s', (how, present, action) => {
  expect(decideFile({ path: 'x', text: 'a\n', how }, present).action).toBe(action)
})

it.each([
  ['b\n', 'b\n\na\n'],
  ['b', 'b\n\na\n'],
  ['b\r\n', 'b\r\n\r\na\r\n'],
  ['', 'a\n'],
])('lines are added to %j below what is there, with its line ends', (present, text) => {
  expect(decideFile({ path: 'x', text: 'a\n', how: 'lines' }, present).text).toBe(text)
})

it('targets of a Makefile that commands are called, too', () => {
  const makefile = '.PHONY: plan\nall build: x\ndeploy := 1\nrelease:\r\n\techo pin:\n'
  expect(clashingTargets(makefile, ['build', 'deploy', 'release', 'pin', 'plan'])).toEqual([
    'build',
    'release',
  ])
})

it('a folder with a known file is a service, its Dockerfile first, and what is inside it is none', () => {
  const found = findServices([
    'package.json',
    'services/quotes/go.mod',
    'services/quotes/Dockerfile',
    'services/quotes/ui/package.json',
    'apps/Address_Book/pyproject.toml',
    'apps/far/Dockerfile',
    'test/fake/package.json',
    'docs/readme.md',
  ])
  expect(found.map(({ name, folder, sign }) => [name, folder, sign])).toEqual([
    ['address-book', 'apps/Address_Book', 'pyproject.toml'],
    ['quotes', 'services/quotes', 'Dockerfile'],
  ])
})

it.each([
  ['base', 'base', 'next', 'replace'],
  ['base', 'base\n'.trim(), 'base', 'nothing'],
  ['base', 'mine', 'base', 'nothing'],
  ['base', 'mine', 'next', 'merge'],
  ['base', 'next', 'next', 'nothing'],
  ['base', undefined, 'next', 'nothing'],
  [undefined, undefined, 'next', 'create'],
  [undefined, 'mine', 'next', 'left'],
  ['base', 'base', undefined, 'remove'],
  ['base', 'mine', undefined, 'left'],
])('written as %s, now %s, and %s in the new version: %s', (base, present, next, action) => {
  expect(decideUpgrade(base, present, next).action).toBe(action)
})

it('the changelog between two versions', () => {
  const changelog = '# Changelog\n\n## 0.10.0\n\nten\n\n## 0.9.0\n\nnine\n\n## 0.1.0\n\none\n'
  expect(changesBetween(changelog, '0.1.0', '0.9.0')).toBe('## 0.9.0\n\nnine')
  expect(changesBetween(changelog, '0.1.0', '0.10.0')).toBe('## 0.10.0\n\nten\n\n## 0.9.0\n\nnine')
  expect(changesBetween(changelog, '0.9.0', '0.9.0')).toBe('')
})
