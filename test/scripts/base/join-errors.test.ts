import { expect, it } from 'vitest'
import { joinErrors } from '../../../scripts/base/join-errors.ts'
import { type Refusal, UserError } from '../../../scripts/base/user-error.ts'
import { userError } from '../samples.ts'

const failed = (refusal: Refusal, problem: string = refusal) => new UserError(problem, { refusal })

it('no errors are no error', () => {
  expect(joinErrors([])).toBeUndefined()
})

it('a single error is thrown as it is', () => {
  const only = new UserError('x', { reason: 'r', remedy: 'm', refusal: 'cloud' })
  expect(userError(() => joinErrors([only]))).toBe(only)
})

it('several are one error with all problems, their causes and each remedy once', () => {
  const error = userError(() =>
    joinErrors([
      new UserError('a is bad', { reason: 'since a', remedy: 'Mend it.' }),
      new UserError('b is bad'),
      new UserError('c is bad', { remedy: 'Mend it.' }),
      new UserError('d is bad', { remedy: 'Drop it.' }),
    ]),
  )
  expect(error.message).toBe('a is bad\n  since a\nb is bad\nc is bad\nd is bad')
  expect(error.remedy).toBe('Mend it.\nDrop it.')
})

// From the one that outweighs all others to the one that outweighs none.
const gravest = ['badInput', 'refused', 'rolledBack', 'notReady', 'cloud'] as const
const pairs = gravest.flatMap((grave, index) =>
  gravest.slice(index + 1).map(light => [grave, light] as const),
)

it.each(pairs)('%s outweighs %s, in either order', (grave, light) => {
  expect(userError(() => joinErrors([failed(grave), failed(light)])).refusal).toBe(grave)
  expect(userError(() => joinErrors([failed(light), failed(grave), failed(light)])).refusal).toBe(grave)
})
