import { expect, it } from 'vitest'
import { joinErrors } from '../../../scripts/base/join-errors.ts'
import type { Ending } from '../../../scripts/base/user-error.ts'
import { sampleError, userError } from '../samples.ts'

const failed = (ending: Ending) => sampleError(ending, { ending })

it('throws nothing without errors', () => {
  expect(joinErrors([])).toBeUndefined()
})

it('throws a single error unchanged', () => {
  const only = sampleError('x', { cause: 'r', remedy: 'm', ending: 'cloud' })
  expect(userError(() => joinErrors([only]))).toBe(only)
})

it('joins several errors into one with every problem and cause, and each remedy once', () => {
  const error = userError(() =>
    joinErrors([
      sampleError('a is bad', { cause: 'since a\nand since b', remedy: 'Fix it.' }),
      sampleError('b is bad'),
      sampleError('c is bad', { remedy: 'Fix it.' }),
      sampleError('d is bad', { remedy: 'Drop it.' }),
    ]),
  )
  expect(error.message).toBe('a is bad\n  since a\n  and since b\nb is bad\nc is bad\nd is bad')
  expect(error.remedy).toBe('Fix it.\nDrop it.')
  expect(error.details).toMatchObject({
    errors: [
      { code: 'sample-badInput', problem: 'a is bad', cause: 'since a\nand since b', remedy: 'Fix it.' },
      {},
      {},
      {},
    ],
  })
})

// Most serious first.
const bySeverity = ['badInput', 'refused', 'rolledBack', 'notReady', 'cloud'] as const
const pairs = bySeverity.flatMap((worse, index) =>
  bySeverity.slice(index + 1).map(lesser => [worse, lesser] as const),
)

it.each(pairs)('%s outweighs %s, in either order', (worse, lesser) => {
  expect(userError(() => joinErrors([failed(worse), failed(lesser)])).ending).toBe(worse)
  expect(userError(() => joinErrors([failed(lesser), failed(worse), failed(lesser)])).ending).toBe(worse)
})
