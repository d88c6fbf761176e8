import { expect, it } from 'vitest'
import { sampleRelease } from '../samples.ts'

it('a release is built under its source commit, not under the tagged one', () => {
  const { commit, sourceCommit, built, released } = sampleRelease('image')
  expect(sourceCommit).not.toBe(commit)
  expect(built).toEqual({ type: 'image', repository: 'service-a-image', tag: sourceCommit })
  expect(released).toEqual({ type: 'image', repository: 'service-a-image', tag: 'service-a-v1.1.0' })
})
