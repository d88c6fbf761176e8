import { expect, it } from 'vitest'
import { errorsOf, valuesOf } from '../../../../scripts/base/attempt.ts'
import { mapLimited, sideBySide } from '../../../../scripts/base/io/side-by-side.ts'
import { sampleError } from '../../samples.ts'

const soon = () => new Promise(resolve => setImmediate(resolve))

it('a failure does not stop the others', async () => {
  const results = await sideBySide(['a', 'b', 'c'], 2, async name => {
    await soon()
    if (name === 'a') throw sampleError('no a', { remedy: 'b' })
    return name.toUpperCase()
  })
  expect(results.map(({ target }) => target)).toEqual(['a', 'b', 'c'])
  expect(valuesOf(results)).toEqual(['B', 'C'])
  expect(errorsOf(results).map(({ message }) => message)).toEqual(['no a'])
})

it('throws a bug only after the others have ended, since they may share what its catch cleans up', async () => {
  const ended: string[] = []
  const running = sideBySide(['a', 'b', 'c'], 3, async name => {
    if (name === 'a') throw new TypeError('a bug')
    await soon()
    ended.push(name)
  })
  await expect(running).rejects.toThrow('a bug')
  expect(ended).toEqual(['b', 'c'])
})

it('runs at most the limit at once, and returns nothing for no targets', async () => {
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

it('maps at most the limit at once, in order, and begins nothing after a failure', async () => {
  let active = 0
  let most = 0
  const begun: number[] = []
  const act = async (one: number) => {
    begun.push(one)
    most = Math.max(most, ++active)
    await soon()
    active -= 1
    if (one === 3) throw sampleError('no 3')
    return one * 2
  }
  expect(await mapLimited([5, 4], 2, act)).toEqual([10, 8])
  await expect(mapLimited([1, 2, 3, 4, 5, 6], 2, act)).rejects.toThrow('no 3')
  await soon()
  await soon()
  expect(most).toBe(2)
  expect(begun).toEqual([5, 4, 1, 2, 3, 4])
})
