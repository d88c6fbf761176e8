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
