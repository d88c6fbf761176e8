import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Automaton, commitTags, releaseTags } from '../../../../scripts/doctor/ecr/automaton.ts'
import { findTag, matchesPattern } from '../../../../scripts/doctor/ecr/tag-patterns.ts'
import { parseTag } from '../../../../scripts/names/release-tag.ts'
import { anyText, mutated, validVersion } from '../../base/hostile-text.ts'
import { service } from '../../samples.ts'

const releases = releaseTags(service('service-a'))
const commit = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 40, maxLength: 40 })
const release = validVersion.map(version => `service-a-v${version}`).filter(text => text.length <= 128)
const number = fc.constantFrom('0', '1', '2', '10', '123')
const shortRelease = fc
  .tuple(number, number, number, fc.constantFrom('', '-rc.1', '-alpha', '-0a.b'))
  .map(([major, minor, patch, rest]) => `service-a-v${major}.${minor}.${patch}${rest}`)

function accepts(language: Automaton, text: string): boolean {
  let state: string | undefined = language.start
  for (const character of text) state = state === undefined ? undefined : language.next(state, character)
  return state !== undefined && language.isEnd(state)
}

/** A pattern that matches a tag, made by replacing parts of the tag with `*`. */
function patternOf(tag: string): fc.Arbitrary<string> {
  const place = fc.nat({ max: tag.length })
  return fc.array(fc.tuple(place, place), { maxLength: 2 }).map(pieces => {
    const characters: string[] = [...tag]
    for (const [from, to] of pieces) for (let at = from; at < to; at++) characters[at] = '*'
    return characters.join('').replace(/\*+/g, '*')
  })
}

it('a pattern matches like the equivalent regular expression', () => {
  const short = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 8 })
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*'), maxLength: 8 })
  fc.assert(
    fc.property(pattern, short, (one, tag) => {
      const expression = new RegExp(`^${one.replaceAll('.', '\\.').replaceAll('*', '.*')}$`)
      return matchesPattern(one, tag) === expression.test(tag)
    }),
    { numRuns: 300 },
  )
})

it('the automata accept the tags that parseTag reads, and 40 hexadecimal digits', () => {
  const candidate = fc.oneof(release, mutated(release), anyText, mutated(commit), commit)
  fc.assert(
    fc.property(candidate, text => {
      fc.pre(text.length <= 128)
      expect(accepts(releases, text)).toBe(parseTag(text)?.service === 'service-a')
      expect(accepts(commitTags, text)).toBe(/^[0-9a-f]{40}$/.test(text))
    }),
    { numRuns: 500 },
  )
  expect(accepts(releases, `service-a-v1.${'9'.repeat(16)}.0`)).toBe(false)
  expect(accepts(releases, `service-a-v1.0.0-${'9'.repeat(16)}`)).toBe(false)
  expect(accepts(releases, `service-a-v1.0.0-${'9'.repeat(16)}a`)).toBe(true)
})

it('a found tag is accepted, matches the wanted patterns and avoids the others', () => {
  const given = fc
    .oneof(commit, shortRelease)
    .chain(tag =>
      fc.tuple(fc.array(patternOf(tag), { maxLength: 2 }), fc.array(patternOf(tag), { maxLength: 2 })),
    )
  fc.assert(
    fc.property(given, fc.constantFrom(commitTags, releases), ([matching, avoiding], language) => {
      const found = findTag(language, matching, avoiding)
      if (found === undefined) return
      expect(accepts(language, found)).toBe(true)
      expect(matching.filter(pattern => !matchesPattern(pattern, found))).toEqual([])
      expect(avoiding.filter(pattern => matchesPattern(pattern, found))).toEqual([])
    }),
    { numRuns: 40 },
  )
})

it('a tag is found whenever there is one', () => {
  const given = (tag: fc.Arbitrary<string>, language: Automaton) =>
    fc.tuple(tag, tag).chain(([one, other]) =>
      fc.record({
        language: fc.constant(language),
        matching: fc.array(patternOf(one), { maxLength: 2 }),
        avoiding: fc
          .array(patternOf(other), { maxLength: 3 })
          .map(patterns => patterns.filter(pattern => !matchesPattern(pattern, one))),
      }),
    )
  fc.assert(
    fc.property(
      fc.oneof(given(commit, commitTags), given(shortRelease, releases)),
      ({ language, matching, avoiding }) => findTag(language, matching, avoiding) !== undefined,
    ),
    { numRuns: 40 },
  )
})

it.each([
  [['*-v*'], [], 'service-a-v0.0.0'],
  [['*-v2*'], [], 'service-a-v2.0.0'],
  [['*-rc.*'], [], 'service-a-v0.0.0-rc.0'],
  [[], ['*-v*'], undefined],
  [[], ['service-b-v*', '*-v0*'], 'service-a-v1.0.0'],
  [['service-b-v*'], [], undefined],
  [['latest'], [], undefined],
  [['*'], ['*0', '*1', '*2', '*3', '*4', '*5', '*6', '*7', '*8', '*9'], 'service-a-v0.0.0-a'],
] as const)('a release that matches %j and not %j: %s', (matching, avoiding, tag) => {
  expect(findTag(releases, matching, avoiding)).toBe(tag)
})

const hex = 'c78091169de9fd749a9037425c8a7e7f192e'

it.each([
  [[`*e5${hex}`, `*9e5${hex}`], [`*5${hex}`], undefined],
  [[`*e5${hex}`, `*9e5${hex}`], [`*8e5${hex}`], `09e5${hex}`],
  [[`*5${hex}`], [`*e5${hex}`, `*f5${hex}`, `*05${hex}`], `0015${hex}`.slice(-40)],
] as const)('a commit that matches %j and not %j: %s', (matching, avoiding, tag) => {
  expect(findTag(commitTags, matching, avoiding)).toBe(tag?.padStart(40, '0'))
})

it('patterns that would take too long are refused', () => {
  const every = [...'01234567'].map(digit => `*${digit}*${digit}*${digit}*`)
  expect(() => findTag(commitTags, [], every)).toThrow('too complex')
})
