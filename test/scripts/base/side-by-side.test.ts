import { expect, it } from 'vitest'
import { preparedSideBySide } from '../../../scripts/base/io/side-by-side.ts'
import { sampleError } from '../samples.ts'

it('what is prepared is limited in number, and what comes then goes on for all at once', async () => {
  const targets = Array.from({ length: 10 }, (_, index) => index)
  const all = Promise.withResolvers<void>()
  let [preparing, most, acting] = [0, 0, 0]
  const ended = await preparedSideBySide(
    targets,
    3,
    async target => {
      most = Math.max(most, ++preparing)
      await Promise.resolve()
      preparing -= 1
      if (target === 4) throw sampleError('it cannot be prepared')
      return target * 2
    },
    // None ends before the last one has begun.
    async (target, ready) => {
      if (++acting === targets.length - 1) all.resolve()
      await all.promise
      return [target, ready]
    },
  )
  expect(most).toBe(3)
  expect(ended).toEqual(
    targets.map(target =>
      target === 4
        ? { target, error: expect.objectContaining({ message: 'it cannot be prepared' }) }
        : { target, value: [target, target * 2] },
    ),
  )
})
