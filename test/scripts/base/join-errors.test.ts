import { expect, it } from 'vitest'
import { joinErrors } from '../../../scripts/base/join-errors.ts'
import type { Ending } from '../../../scripts/base/user-error.ts'
import { sampleError, userError } from '../samples.ts'

const failed = (ending: Ending) => sampleError(ending, { ending })

it('no errors are no error', () => {
  expect(joinErrors([])).toBeUndefined()
})

it('a single error is thrown as it is', () => {
  const only = sampleError('x', { cause: 'r', remedy: 'm', ending: 'cloud' })
  expect(userError(() => joinErrors([only]))).toBe(only)
})

it('several are one error with all problems, their causes and each remedy once', () => {
  const error = userError(() =>
    joinErrors([
      sampleError('a is bad', { cause: 'since a', remedy: 'Fix it.' }),
      sampleError('b is bad'),
      sampleError('c is bad', { remedy: 'Fix it.' }),
      sampleError('d is bad', { remedy: 'Drop it.' }),
    ]),
  )
  expect(error.message).toBe('a is bad\n  since a\nb is bad\nc is bad\nd is bad')
  expect(error.remedy).toBe('Fix it.\nDrop it.')
  expect(error.details).toMatchObject({
    errors: [
      { code: 'sample-badInput', problem: 'a is bad', cause: 'since a', remedy: 'Fix it.' },
      {},
      {},
      {},
    ],
  })
})

// From the one that outweighs all others to the one that outweighs none.
const gravest = ['badInput', 'refused', 'rolledBack', 'notReady', 'cloud'] as const
const pairs = gravest.flatMap((grave, index) =>
  gravest.slice(index + 1).map(light => [grave, light] as const),
)

it.each(pairs)('%s outweighs %s, in either order', (grave, light) => {
  expect(userError(() => joinErrors([failed(grave), failed(light)])).ending).toBe(grave)
  expect(userError(() => joinErrors([failed(light), failed(grave), failed(light)])).ending).toBe(grave)
})
