import { expect, it } from 'vitest'
import { nearest } from '../../../scripts/base/nearest.ts'

const names = ['cpu', 'memory', 'variables', 'DRY_RUN', 'ENV']

it.each([
  ['memroy', 'memory'],
  ['memry', 'memory'],
  ['Memory', 'memory'],
  ['memorymb', 'memory'],
  ['variable', 'variables'],
  ['cup', 'cpu'],
  ['DRYRUN', 'DRY_RUN'],
  ['EVN', 'ENV'],
  ['region', undefined],
  ['c', undefined],
  ['', undefined],
])('%j was probably meant to be %j', (word, meant) => {
  expect(nearest(word, names)).toBe(meant)
})
