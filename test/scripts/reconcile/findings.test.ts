import { expect, it } from 'vitest'
import { makePin } from '../../../scripts/pin/pin.ts'
import { findInPin, findUntagged, type PinSeen } from '../../../scripts/reconcile/findings.ts'
import { makeRecord } from '../../../scripts/release/record.ts'
import { makeYank } from '../../../scripts/release/yank.ts'
import { commit, digest, sampleError, sampleRelease } from '../samples.ts'

const release = sampleRelease('zip')
const record = makeRecord(release, digest('a'))
const yank = makeYank(release.tag, { reason: 'loses orders', by: 'Test', at: '2026-01-01T00:00:00.000Z' })
const path = 'cdktf/pins/prod/service-b.json'
const agreeing: PinSeen = {
  path,
  pin: { value: makePin(record) },
  record: { value: record },
  yank: { value: undefined },
  refused: undefined,
}

it.each<[string, Partial<PinSeen>, string | undefined]>([
  ['that agrees with its record', {}, undefined],
  ['that cannot be read', { pin: { error: sampleError('not JSON') } }, 'cannot be read'],
  ['without a record', { record: { value: undefined } }, 'service-b-v1.1.0 has no release record'],
  ['with an unusable record', { record: { error: sampleError('a newer schema') } }, 'a newer schema'],
  ['with an unusable yank marker', { yank: { error: sampleError('not JSON') } }, 'not JSON'],
  [
    'of another artifact',
    { record: { value: makeRecord(release, digest('b')) } },
    `has commit ${commit('c')} and ${digest('a')}, but the record of service-b-v1.1.0 has ${commit('c')} and ${digest('b')}`,
  ],
  [
    'of another commit',
    { record: { value: { ...record, commit: commit('d') } } },
    `has commit ${commit('c')} and ${digest('a')}, but the record of service-b-v1.1.0 has ${commit('d')} and ${digest('a')}`,
  ],
  ['of a yanked release', { yank: { value: yank } }, 'service-b-v1.1.0 was yanked: loses orders'],
  ['that the environment refuses', { refused: sampleError('prod takes none') }, 'prod takes none'],
])('the finding about a pin %s', (_, changes, problem) => {
  const finding = findInPin({ ...agreeing, ...changes })
  expect(finding?.problem).toBe(problem)
  if (finding !== undefined)
    expect(finding).toMatchObject({ subject: path, error: { code: 'reconcile-pin' } })
})

it('what has the name of a release without a tag is found, and nothing else', () => {
  const stored = {
    keys: [
      'releases/service-b-v1.0.0.zip',
      'releases/service-b-v1.0.0.json',
      'releases/service-b-v2.0.0.zip',
      'releases/service-b-v2.0.0.json',
      'releases/service-b-v2.0.0.yanked.json',
      'releases/notes.txt',
      'releases/readme.json',
    ],
    images: new Map([
      ['service-a-image', ['service-a-v1.0.0', 'service-a-v2.0.0', 'c'.repeat(40), 'latest']],
    ]),
  }
  const found = findUntagged(stored, name => name.endsWith('-v1.0.0'))
  expect(found.map(({ subject, problem }) => [subject, problem])).toEqual([
    ['releases/service-b-v2.0.0.zip', 'the remote has no tag service-b-v2.0.0'],
    ['releases/service-b-v2.0.0.json', 'the remote has no tag service-b-v2.0.0'],
    ['releases/service-b-v2.0.0.yanked.json', 'the remote has no tag service-b-v2.0.0'],
    ['service-a-image:service-a-v2.0.0', 'the remote has no tag service-a-v2.0.0'],
  ])
  expect(found[1]?.error?.remedy).toContain('git push origin <tagObject>:refs/tags/service-b-v2.0.0')
})
