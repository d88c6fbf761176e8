import fc from 'fast-check'
import picomatch from 'picomatch'
import { expect, it } from 'vitest'
import { globMatcher } from '../../../scripts/base/glob.ts'

const part = (units: readonly string[]) =>
  fc.string({ unit: fc.constantFrom(...units), minLength: 1, maxLength: 4 })
const pathOf = (units: readonly string[]) =>
  fc.array(part(units), { minLength: 1, maxLength: 4 }).map(parts => parts.join('/'))
const glob = fc
  .array(fc.oneof(part(['a', 'b', '*', '?']), fc.constant('**')), { minLength: 1, maxLength: 4 })
  .map(parts => parts.join('/'))
  // What `**` inside a name means differs from tool to tool.
  .filter(text => !/[^/]\*\*|\*\*[^/]/.test(text))

it('a glob matches as a known library has it', () => {
  fc.assert(
    fc.property(glob, pathOf(['a', 'b']), (one, path) => {
      expect(globMatcher([one])(path)).toBe(picomatch.isMatch(path, one, { dot: true }))
    }),
    { numRuns: 2000 },
  )
})

it.each([
  ['[a-c]x', 'bx', true],
  ['[a-c]x', 'dx', false],
  ['[!a-c]x', 'dx', true],
  ['[^a-c]x', 'bx', false],
  ['[]]x', ']x', true],
  ['[a', '[a', true],
  ['a\\*', 'a*', true],
  ['a\\*', 'ab', false],
  ['{a,b}', 'a', false],
  ['{a,b}', '{a,b}', true],
  ['x?', 'x\u{1f600}', true],
  ['.*', '.env', true],
  ['*', '.env', true],
])('%j matches %j: %s', (one, path, expected) => {
  expect(globMatcher([one])(path)).toBe(expected)
})

it.each([
  ['a/{b,c}/d', 'a/c/d', true],
  ['a/{b,c/{d,e}}/f', 'a/c/e/f', true],
  ['a/{b,c}/d', 'a/x/d', false],
  ['{a}', '{a}', true],
])('with braces %j matches %j: %s', (one, path, expected) => {
  expect(globMatcher([one], { braces: true })(path)).toBe(expected)
})

it('no glob takes long', () => {
  const name = 'a'.repeat(250)
  const folders = Array.from({ length: 100 }, () => name).join('/')
  const started = performance.now()
  expect(globMatcher(['*a*a*a*a*a*a*a*b'])(name)).toBe(false)
  expect(globMatcher([`${'**/*a*a*a*a*b/'.repeat(20)}x`])(folders)).toBe(false)
  expect(globMatcher(['{a,b}'.repeat(60)], { braces: true })(name)).toBe(false)
  expect(performance.now() - started).toBeLessThan(5000)
})
