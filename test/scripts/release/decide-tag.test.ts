import { expect, it } from 'vitest'
import { decideTag, type TagsSeen } from '../../../scripts/release/decide-tag.ts'
import { makeRecord } from '../../../scripts/release/record.ts'
import { commit, digest, object, sampleRelease, tag } from '../samples.ts'

const here = { object: object('9'), commit: commit('c') }
const elsewhere = { object: object('8'), commit: commit('d') }
const lightweight = { object: object('7'), commit: undefined }
const onThisCommit = { object: commit('c'), commit: undefined }

const seen: TagsSeen = {
  tag: tag('service-a-v1.1.0'),
  commit: commit('c'),
  remoteTag: undefined,
  localTag: undefined,
  record: undefined,
  inTheWay: { here: [], remote: [] },
}

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
  [lightweight, undefined, 'release-tag-invalid'],
  [onThisCommit, undefined, 'release-tag-invalid'],
  [onThisCommit, here, 'release-tag-invalid'],
])('remote tag %j, local tag %j: %j', (remoteTag, localTag, expected) => {
  const decision = decideTag({ ...seen, remoteTag, localTag })
  expect('error' in decision ? decision.error.code : decision).toEqual(expected)
})

it('a tag for this commit that is not annotated is refused with the command that removes it', () => {
  const decision = decideTag({ ...seen, remoteTag: onThisCommit })
  expect(decision).toMatchObject({
    error: {
      message: 'the tag service-a-v1.1.0 on the remote is not a release',
      cause: `it is a lightweight tag of ${commit('c')}: nothing says who made it and when`,
      remedy: expect.stringContaining('git push origin :refs/tags/service-a-v1.1.0'),
    },
  })
})

const record = makeRecord(sampleRelease('image'), digest('d'))

it.each([
  [here, undefined, 'c', { step: 'already done' }],
  [undefined, undefined, 'c', 'release-tag-removed'],
  [undefined, here, 'c', { step: 'create', made: here.object }],
  [undefined, here, 'd', 'release-tag-removed'],
  [undefined, elsewhere, 'c', 'release-tag-removed'],
  [elsewhere, here, 'c', 'release-tag-moved'],
  [onThisCommit, here, 'c', 'release-tag-moved'],
])('with a record, remote tag %j, local tag %j, commit %s: %j', (remoteTag, localTag, digit, expected) => {
  const decision = decideTag({ ...seen, commit: commit(digit), remoteTag, localTag, record })
  expect('error' in decision ? decision.error.code : decision).toEqual(expected)
})

it.each([
  [{ here: ['service-a-v1.1.0/x'], remote: [] }, 'git tag -d service-a-v1.1.0/x'],
  [{ here: [], remote: ['service-a-v1.1.0/x'] }, 'git push origin :refs/tags/service-a-v1.1.0/x'],
])('a tag below its name is in the way: %j', (inTheWay, removal) => {
  const decision = decideTag({ ...seen, inTheWay })
  expect(decision).toMatchObject({
    error: { code: 'release-tag-blocked', remedy: expect.stringContaining(removal) },
  })
  expect(decideTag({ ...seen, inTheWay, remoteTag: here })).toEqual({ step: 'already done' })
})
