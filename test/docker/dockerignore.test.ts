import { expect, test } from 'vitest'
import { parseDockerignore } from './dockerignore.ts'

test.each([
  ['', 'a', false],
  ['# a', '# a', false],
  ['test', 'test/a/b.ts', true],
  ['/test/', 'test/a.ts', true],
  ['./test', 'test', true],
  ['test', 'src/test', false],
  ['**/test', 'src/test/a.ts', true],
  ['*.md', 'README.md', true],
  ['*.md', 'docs/README.md', false],
  ['*', '.env', true],
  ['*\n!src', 'src/a/b.ts', false],
  ['*\n!src', 'srcs', true],
  ['*\n!src\nsrc/*.map', 'src/a.map', true],
  ['!a\na', 'a', true],
  ['{a,b}', 'a', false],
])('%j for %s: %s', (text, path, expected) => {
  expect(parseDockerignore(text)(path)).toBe(expected)
})
