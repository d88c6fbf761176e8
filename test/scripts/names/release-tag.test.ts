import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseTag, printTag, releaseTag } from '../../../scripts/names/release-tag.ts'
import { anyText, longTag, mutated, validTag } from '../base/hostile-text.ts'
import { service, version } from '../samples.ts'
import { recognisesTag } from './grammar.ts'

// With those of version.test.ts: 100,000 strings.
const runs = 80_000
const candidate = fc.oneof(
  { weight: 3, arbitrary: validTag },
  { weight: 5, arbitrary: mutated(validTag) },
  { weight: 1, arbitrary: longTag },
  { weight: 1, arbitrary: mutated(longTag) },
  { weight: 1, arbitrary: anyText },
)

it('accepts exactly the tags of the grammar, and prints each as it was', () => {
  const seen = { accepted: 0, refused: 0 }
  const property = fc.property(candidate, text => {
    const parsed = parseTag(text)
    if ((parsed !== undefined) !== recognisesTag(text)) return false
    seen[parsed === undefined ? 'refused' : 'accepted']++
    return parsed === undefined || printTag(parsed) === text
  })
  fc.assert(property, { numRuns: runs })
  expect(seen.accepted + seen.refused).toBe(runs)
  expect(Math.min(seen.accepted, seen.refused)).toBeGreaterThan(runs / 5)
})

it.each([
  ['service-a-v1.1.0', 'service-a', '1.1.0'],
  ['service-a-v1.1.0-rc.1', 'service-a', '1.1.0-rc.1'],
  ['a-v0.0.0', 'a', '0.0.0'],
  ['a-v1-v2.0.0', 'a-v1', '2.0.0'],
  ['a-v1.0.0-v2.0.0', 'a', '1.0.0-v2.0.0'],
  ['v-v1.0.0--', 'v', '1.0.0--'],
  ['a-v1.0.0-0a.01b.-', 'a', '1.0.0-0a.01b.-'],
  ['a-v999999999999999.0.0', 'a', '999999999999999.0.0'],
])('%s is a release', (text, name, number) => {
  expect(parseTag(text)).toEqual({ service: name, version: number })
})

it.each([
  '',
  '-v1.0.0',
  'service-a',
  'service-av1.1.0',
  'service-a-1.1.0',
  'service-a-v1.1',
  'service-a-v01.1.0',
  'service-a-v1.1.0+build',
  'service-a-v1.1.0-01',
  'service-a-v1.1.0-',
  'service-a-v1.1.0-rc..1',
  'service-a-v1.1.0-rc_1',
  'service-a-v1.1.0 junk',
  'service-a-v1.1.0\n',
  '\nservice-a-v1.1.0',
  ' service-a-v1.1.0',
  'service-a-v1.1.0\u2028',
  'service-a\u200b-v1.1.0',
  'service-a-v1.1.0\u202e',
  'service-$(id)-v1.1.0',
  'service-`id`-v1.1.0',
  "service-a'-v1.1.0",
  'service-a-v１.1.0',
  'Service-a-v1.1.0',
  'service--a-v1.1.0',
  'service-a--v1.1.0',
  '1service-v1.1.0',
  'service-a-V1.1.0',
  'service-a/v1.1.0',
  'refs/tags/service-a-v1.1.0',
  'a-v1234567890123456.0.0',
  'a-v1.0.0-1234567890123456',
])('%j is not a release', text => {
  expect(parseTag(text)).toBeUndefined()
})

it.each([
  ['service', `${'a'.repeat(121)}-v0.0.0`],
  ['version', `a-v0.0.0-${'b'.repeat(119)}`],
])('a tag has at most 128 characters, however long its %s', (_, longest) => {
  expect(longest).toHaveLength(128)
  expect(parseTag(longest)).toBeDefined()
  expect(parseTag(`a${longest}`)).toBeUndefined()
})

// Each makes a pattern with overlapping repetitions try exponentially many ways.
it.each([1, 5_000])('refuses text that is made to cost time, at %i times its length', times => {
  const repeat = (text: string) => text.repeat(Math.floor(118 / text.length) * times)
  const traps = ['a', 'a-', '-v', '-v1', '0', '1.', 'a-v1.0.0-', '0a.', '-'].flatMap(text => [
    `a-v1.0.0-${repeat(text)}!`,
    `a${repeat(text)}!`,
    `a-v${repeat(text)}!`,
  ])
  expect(traps.filter(trap => parseTag(trap) !== undefined)).toEqual([])
})

it('joins a service and a version to a tag, unless that is too long', () => {
  expect(releaseTag(service('a'), version('1.0.0'))).toEqual({ service: 'a', version: '1.0.0' })
  expect(releaseTag(service('a'.repeat(121)), version('10.0.0'))).toBeUndefined()
})
