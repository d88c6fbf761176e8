import { expect, it } from 'vitest'
import { columnsFor, wrap } from '../../../scripts/cli/page.ts'

it.each([
  [undefined, 80],
  [60, 60],
  [100, 100],
  [200, 120],
])('a page on a terminal of %s columns has %s', (columns, used) => {
  const stream = { write: () => true, isTTY: columns !== undefined }
  expect(columnsFor(columns === undefined ? stream : { ...stream, columns })).toBe(used)
})

it('leaves a long word whole, so that it can be copied', () => {
  expect(wrap('see https://example.com/a/b now', 10)).toEqual(['see', 'https://example.com/a/b', 'now'])
})

it('does not count colours as columns', () => {
  expect(wrap('\u001b[31mred\u001b[39m and blue', 8)).toEqual(['\u001b[31mred\u001b[39m and', 'blue'])
})
