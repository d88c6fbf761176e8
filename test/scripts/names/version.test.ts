import fc from 'fast-check'
import { expect, it } from 'vitest'
import { explainVersion, isVersion } from '../../../scripts/names/version.ts'
import { compareVersions, isPreRelease, nextVersion } from '../../../scripts/names/version-order.ts'
import { anyText, mutated, validVersion } from '../base/hostile-text.ts'
import { userError, version } from '../samples.ts'
import { recognisesVersion } from './grammar.ts'

// With those of release-tag.test.ts: 100,000 strings.
const runs = 20_000

it('accepts exactly the versions of SemVer 2.0.0 without build metadata', () => {
  const candidate = fc.oneof(validVersion, mutated(validVersion), anyText)
  fc.assert(
    fc.property(candidate, text => isVersion(text) === (text.length <= 125 && recognisesVersion(text))),
    { numRuns: runs },
  )
})

it('sorts the versions of SemVer 2.0.0, section 11, as it says', () => {
  const chain = [
    ...['1.0.0-alpha', '1.0.0-alpha.1', '1.0.0-alpha.beta', '1.0.0-beta', '1.0.0-beta.2'],
    ...['1.0.0-beta.11', '1.0.0-rc.1', '1.0.0', '2.0.0', '2.1.0', '2.1.1'],
  ].map(version)
  for (const [i, a] of chain.entries()) {
    for (const [j, b] of chain.entries()) expect(Math.sign(compareVersions(a, b))).toBe(Math.sign(i - j))
  }
})

it.each([
  ['1.9.0', '1.10.0'],
  ['1.0.0-9', '1.0.0-10'],
  ['1.0.0-999', '1.0.0--'],
  ['1.0.0-RC', '1.0.0-rc'],
  ['1.0.0-a', '1.0.0-a-b'],
  ['1.0.0-a.9', '1.0.0-a.9.0'],
  ['999999999999998.0.0', '999999999999999.0.0'],
  ['1.0.0-999999999999998', '1.0.0-999999999999999'],
])('%s comes before %s', (lower, higher) => {
  expect(compareVersions(version(lower), version(higher))).toBeLessThan(0)
})

it('has one order for any three versions', () => {
  const few = fc.constantFrom('0', '1', '2', '10', '999999999999999')
  const identifier = fc.constantFrom('0', '1', '10', 'a', 'A', 'a1', '-', '0a')
  const close = fc
    .tuple(few, few, few, fc.array(identifier, { maxLength: 3 }))
    .map(([major, minor, patch, ids]) =>
      version(`${major}.${minor}.${patch}${ids.length > 0 ? `-${ids.join('.')}` : ''}`),
    )
  const property = fc.property(close, close, close, (a, b, c) => {
    const sign = (x: typeof a, y: typeof a) => Math.sign(compareVersions(x, y))
    expect(sign(a, b) + sign(b, a)).toBe(0)
    expect(sign(a, b) === 0).toBe(a === b)
    if (sign(a, b) <= 0 && sign(b, c) <= 0) expect(sign(a, c)).toBeLessThanOrEqual(0)
  })
  fc.assert(property, { numRuns: 2_000 })
})

it.each([
  [undefined, '0.0.1', '0.1.0', '1.0.0'],
  ['0.0.0', '0.0.1', '0.1.0', '1.0.0'],
  ['1.2.3', '1.2.4', '1.3.0', '2.0.0'],
  ['1.2.0-rc.1', '1.2.0', '1.2.0', '2.0.0'],
  ['1.2.3-rc.1', '1.2.3', '1.3.0', '2.0.0'],
  ['2.0.0-rc.1', '2.0.0', '2.0.0', '2.0.0'],
  ['1.9.9', '1.9.10', '1.10.0', '2.0.0'],
])('after %s the next are: patch %s, minor %s, major %s', (last, patch, minor, major) => {
  const from = last === undefined ? undefined : version(last)
  expect(nextVersion(from, 'patch')).toBe(patch)
  expect(nextVersion(from, 'minor')).toBe(minor)
  expect(nextVersion(from, 'major')).toBe(major)
})

it.each([
  ['1.2.999999999999999', 'patch'],
  ['1.999999999999999.0', 'minor'],
  ['999999999999999.0.0', 'major'],
] as const)('says that there is nothing after %s (%s)', (last, increment) => {
  const error = userError(() => nextVersion(version(last), increment))
  expect(error.message).toBe(`there is no next ${increment} version after ${last}`)
  expect(error.cause).toContain('15 digits')
  expect(error.remedy).toContain('another part')
  expect(error.ending).toBe('badInput')
})

it.each([
  ['1.1', 'use all three numbers, as in 1.1.0'],
  ['1', 'use all three numbers, as in 1.1.0'],
  ['12.34', 'use all three numbers, as in 1.1.0'],
  ['1.1.0.v', 'use a SemVer 2.0.0 version, as in 1.1.0 or 1.1.0-rc.1'],
  ['01.1.0', 'a number must not begin with 0'],
  ['1.1.0-01', 'a number must not begin with 0'],
  ['v1.1.0', 'leave out the v'],
  ['V1.1.0', 'leave out the v'],
  ['1.1.0+build', 'a container tag cannot hold build metadata (+…)'],
  ['1234567890123456.0.0', 'a number has at most 15 digits'],
  [`1.0.0-${'a'.repeat(120)}`, 'a version has at most 125 characters'],
  ['latest', 'use a SemVer 2.0.0 version, as in 1.1.0 or 1.1.0-rc.1'],
  ['1.1.0 ', 'use a SemVer 2.0.0 version, as in 1.1.0 or 1.1.0-rc.1'],
])('says what is wrong with %j', (text, explanation) => {
  expect(isVersion(text)).toBe(false)
  expect(explainVersion(text)).toBe(explanation)
})

it.each([
  ['1.1.0', false],
  ['1.1.0-0', true],
  ['1.1.0-rc.1', true],
  ['1.1.0--', true],
])('%s is a pre-release: %s', (text, expected) => {
  expect(isPreRelease(version(text))).toBe(expected)
})
