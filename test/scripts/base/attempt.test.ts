import { expect, it } from 'vitest'
import {
  type Attempt,
  andThen,
  attempt,
  attemptAsync,
  errorsOf,
  valuesOf,
} from '../../../scripts/base/attempt.ts'
import { sampleError } from '../samples.ts'

const throwing = (thrown: Error) => (): never => {
  throw thrown
}

it('andThen turns a UserError into a result and lets a bug through', () => {
  const one: Attempt<number> = { value: 1 }
  expect(andThen(one, value => value + 1)).toEqual({ value: 2 })
  const error = sampleError('no')
  expect(andThen(one, throwing(error))).toEqual({ error })
  expect(() => andThen(one, throwing(new TypeError('bug')))).toThrow('bug')
})

it('separates the values from the errors of several attempts, and lets a bug through', async () => {
  const error = sampleError('no')
  const all = [attempt(() => 1), attempt(throwing(error)), await attemptAsync(async () => 2)]
  expect([valuesOf(all), errorsOf(all)]).toEqual([[1, 2], [error]])
  expect(() => attempt(throwing(new TypeError('bug')))).toThrow('bug')
  await expect(attemptAsync(async () => throwing(new TypeError('bug'))())).rejects.toThrow('bug')
})
