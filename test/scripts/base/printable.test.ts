import fc from 'fast-check'
import { expect, it } from 'vitest'
import { count, firstFew, plain, plainLines, quote } from '../../../scripts/base/printable.ts'
import { anyText } from './hostile-text.ts'

// Sometimes long enough to be cut.
const text = fc.array(anyText, { maxLength: 30 }).map(parts => parts.join(''))
const hidden = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u

it('quotes as visible ASCII, except for the ellipsis of a cut', () => {
  fc.assert(
    fc.property(text, any => /^"[\x20-\x7e…]*"$/.test(quote(any))),
    { numRuns: 1_000 },
  )
})

it.each([
  ['service-a', '"service-a"'],
  ['a b', '"a b"'],
  ['say "x"\\', '"say \\"x\\"\\\\"'],
  ['$(id)', '"$(id)"'],
  ['a\nb\0', '"a\\nb\\u0000"'],
  ['\u202eabc\u200b', '"\\u{202e}abc\\u{200b}"'],
  ['\u{1f600}', '"\\u{1f600}"'],
  ['\ud800', '"\\ud800"'],
  ['\x7f\x9b', '"\\u{7f}\\u{9b}"'],
  ['x'.repeat(160), `"${'x'.repeat(160)}"`],
  ['x'.repeat(161), `"${'x'.repeat(160)}…"`],
  [`${'x'.repeat(159)}\u{1f600}`, `"${'x'.repeat(159)}…"`],
])('quotes %j as %s', (any, quoted) => {
  expect(quote(any)).toBe(quoted)
})

it('makes plain text one line within the limit, with no hidden or half characters', () => {
  const property = fc.property(text, fc.integer({ min: 1, max: 200 }), (any, maximum) => {
    const line = plain(any, maximum)
    expect(line).not.toMatch(hidden)
    expect(line.length).toBeLessThanOrEqual(maximum)
    if (any.isWellFormed()) expect(line.isWellFormed()).toBe(true)
  })
  fc.assert(property, { numRuns: 1_000 })
})

it.each([
  ['Fix the price', 'Fix the price'],
  ['  two\r\n lines\t', 'two lines'],
  ['\u202eevil\u2066\u200b', 'evil'],
  ['\x1b[31mred\x07', '[31mred'],
  ['Gr\u00fc\u00dfe \u{1f600}', 'Gr\u00fc\u00dfe \u{1f600}'],
  ['x'.repeat(120), 'x'.repeat(120)],
  ['x'.repeat(121), `${'x'.repeat(119)}…`],
  [`${'x'.repeat(118)}\u{1f600}\u{1f600}`, `${'x'.repeat(118)}…`],
  ['', ''],
])('shows %j as %j', (any, shown) => {
  expect(plain(any)).toBe(shown)
})

it('keeps lines apart and makes each one plain', () => {
  expect(plainLines('remote: no\r\n\n \x1b[1mdeclined\u202e\n')).toBe('remote: no\n[1mdeclined')
  expect(plainLines('x\n'.repeat(5_000))).toHaveLength(2_000)
  expect(plainLines(`xx\n${'\u{1f600}'.repeat(9)}`, 6)).toBe('xx\n\u{1f600}')
  expect(plainLines(`${'y'.repeat(500)}\nz`)).toBe(`${'y'.repeat(399)}…\nz`)
})

it.each([
  [0, '0 commits'],
  [1, '1 commit'],
  [2, '2 commits'],
])('%i: %s', (number, words) => {
  expect(count(number, 'commit')).toBe(words)
})

it("defuses what GitHub's runner would run as a command", () => {
  expect(plain('Fix ##[add-mask]true')).toBe('Fix ## [add-mask]true')
  expect(plain('##\u200b[x]')).toBe('## [x]')
})

it.each([
  ['abc', 'a, b, c'],
  ['abcde', 'a, b, c, d, e'],
  ['abcdef', 'a, b, c, d, e, and 1 more'],
  ['abcdefgh', 'a, b, c, d, e, and 3 more'],
])('lists the first five of %s', (letters, listed) => {
  expect(firstFew([...letters])).toBe(listed)
})
