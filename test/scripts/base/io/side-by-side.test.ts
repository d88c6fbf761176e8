import { expect, it } from 'vitest'
import { errorsOf, valuesOf } from '../../../../scripts/base/attempt.ts'
import { sideBySide } from '../../../../scripts/base/io/side-by-side.ts'
import { sampleError } from '../../samples.ts'

const soon = () => new Promise(resolve => setImmediate(resolve))

it('what fails for one of several stops none of the others', async () => {
  const results = await sideBySide(['a', 'b', 'c'], 2, async name => {
    await soon()
    if (name === 'a') throw sampleError('no a', { remedy: 'b' })
    return name.toUpperCase()
  })
  expect(results.map(({ target }) => target)).toEqual(['a', 'b', 'c'])
  expect(valuesOf(results)).toEqual(['B', 'C'])
  expect(errorsOf(results).map(({ message }) => message)).toEqual(['no a'])
})

it('a bug is thrown when the others have ended, so that nobody takes away what they work with', async () => {
  const ended: string[] = []
  const running = sideBySide(['a', 'b', 'c'], 3, async name => {
    if (name === 'a') throw new TypeError('a bug')
    await soon()
    ended.push(name)
  })
  await expect(running).rejects.toThrow('a bug')
  expect(ended).toEqual(['b', 'c'])
})

it('never more than so many are at work, and none of none', async () => {
  let active = 0
  let most = 0
  await sideBySide([1, 2, 3, 4, 5], 2, async () => {
    most = Math.max(most, ++active)
    await soon()
    active -= 1
  })
  expect(most).toBe(2)
  expect(await sideBySide([], 0, async () => 1)).toEqual([])
})
