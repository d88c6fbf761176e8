import { expect, it } from 'vitest'
import { decideTag } from '../../../scripts/release/decide-tag.ts'
import { commit, object, tag } from '../samples.ts'

const here = { object: object('9'), commit: commit('c') }
const elsewhere = { object: object('8'), commit: commit('d') }
const lightweight = { object: object('7'), commit: undefined }
const onThisCommit = { object: commit('c'), commit: undefined }

it.each([
  [undefined, undefined, { step: 'create', made: undefined }],
  [undefined, here, { step: 'create', made: here.object }],
  [undefined, elsewhere, 'release-conflict'],
  [undefined, lightweight, 'release-conflict'],
  [here, undefined, { step: 'already done' }],
  [here, here, { step: 'already done' }],
  [here, elsewhere, { step: 'already done' }],
  [elsewhere, undefined, 'release-conflict'],
  [elsewhere, here, 'release-conflict'],
  [lightweight, undefined, 'release-conflict'],
  [onThisCommit, undefined, 'release-tag-invalid'],
  [onThisCommit, here, 'release-tag-invalid'],
])('remote tag %j, local tag %j: %j', (remoteTag, localTag, expected) => {
  const decision = decideTag({ tag: tag('service-a-v1.1.0'), commit: commit('c'), remoteTag, localTag })
  expect('error' in decision ? decision.error.code : decision).toEqual(expected)
})

it('a tag for this commit that is not annotated is refused with the command that removes it', () => {
  const seen = { tag: tag('service-a-v1.1.0'), commit: commit('c'), localTag: undefined }
  const decision = decideTag({ ...seen, remoteTag: onThisCommit })
  expect(decision).toMatchObject({
    error: {
      message: 'the tag service-a-v1.1.0 on the remote is for this commit, but not annotated',
      cause: 'nothing says who made it and when, so it is not a release',
      remedy: expect.stringContaining('git push origin :refs/tags/service-a-v1.1.0'),
    },
  })
})
