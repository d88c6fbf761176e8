import { expect, it } from 'vitest'
import { makePin } from '../../../scripts/pin/pin.ts'
import type { PromotionDecision } from '../../../scripts/promotion/decide.ts'
import {
  findInDecision,
  findInPin,
  findStrayPin,
  findUntagged,
  type PinSeen,
} from '../../../scripts/reconcile/findings.ts'
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

const artifact = `${commit('c')} and ${digest('a')}`
const repin = 'make pin TAG=service-b-v1.1.0, with ENV, writes the pin again.'

it.each<[string, Partial<PinSeen>, string, string]>([
  [
    'that cannot be read',
    { pin: { error: sampleError('not JSON', { remedy: 'Pin again.' }) } },
    'cannot be read',
    'Pin again.',
  ],
  [
    'without a record',
    { record: { value: undefined } },
    'service-b-v1.1.0 has no release record',
    'make promote TAG=service-b-v1.1.0, or pin another release.',
  ],
  [
    'with an unusable record',
    { record: { error: sampleError('a newer schema', { remedy: 'Use a newer one.' }) } },
    'a newer schema',
    'Use a newer one.',
  ],
  [
    'with an unusable yank marker',
    { yank: { error: sampleError('not JSON', { remedy: 'Restore it.' }) } },
    'not JSON',
    'Restore it.',
  ],
  [
    'of another artifact',
    { record: { value: makeRecord(release, digest('b')) } },
    `has commit ${artifact}, but the record has ${commit('c')} and ${digest('b')}`,
    repin,
  ],
  [
    'of another commit',
    { record: { value: { ...record, commit: commit('d') } } },
    `has commit ${artifact}, but the record has ${commit('d')} and ${digest('a')}`,
    repin,
  ],
  [
    'of a yanked release',
    { yank: { value: yank } },
    'service-b-v1.1.0 was yanked: loses orders',
    'Pin another release.',
  ],
  [
    'that the environment refuses',
    { refused: sampleError('prod takes none', { remedy: 'Release the final version.' }) },
    'prod takes none',
    'Release the final version.',
  ],
])('the finding about a pin %s', (_, changes, problem, remedy) => {
  expect(findInPin({ ...agreeing, ...changes })).toMatchObject({
    subject: path,
    problem,
    error: { code: 'reconcile-pin', message: `${path}: ${problem}`, remedy },
  })
})

it('there is no finding about a pin that agrees with its record', () => {
  expect(findInPin(agreeing)).toBeUndefined()
})

it.each(['record', 'yank'] as const)(
  'a store that does not answer for the %s is no fault of the pin',
  seen => {
    const error = sampleError('AWS did not answer', { ending: 'cloud' })
    expect(findInPin({ ...agreeing, [seen]: { error } })).toEqual({
      subject: path,
      problem: 'AWS did not answer',
      error,
    })
  },
)

it('the finding about a pin that nothing uses names the file and why', () => {
  const stray = 'cdktf/pins/qa/service-b.json'
  expect(findStrayPin(stray, 'there is no environment qa')).toMatchObject({
    subject: stray,
    problem: 'there is no environment qa',
    error: { code: 'reconcile-stray-pin', message: `nothing uses ${stray}: there is no environment qa` },
  })
})

const refused = sampleError('the digests differ', { ending: 'refused' })
const notReady = sampleError('nothing is built', { ending: 'notReady' })
it.each<[PromotionDecision, object | undefined]>([
  [{ step: 'already done' } as PromotionDecision, undefined],
  ...(
    [
      ['all', 'a tag without a release record'],
      ['record', 'an artifact with a release name and no record'],
      ['artifact', 'a record whose artifact is gone'],
    ] as const
  ).map(([write, problem]): [PromotionDecision, object] => [
    { step: 'create', write, record } as unknown as PromotionDecision,
    { problem },
  ]),
  [{ step: 'conflict', error: refused } as PromotionDecision, { problem: refused.message, error: refused }],
  [
    { step: 'not ready', error: notReady } as PromotionDecision,
    { problem: notReady.message, error: notReady },
  ],
])('the finding about a tag whose promotion is %j', (decision, finding) => {
  expect(findInDecision(release.tag, decision)).toEqual(
    finding && { subject: 'service-b-v1.1.0', ...finding },
  )
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
      'old/releases/service-b-v2.0.0.json',
      'releases/service-b-v2.0.0.json.bak',
      'releases/old/service-b-v2.0.0.json',
      // The old marker of a release that has a tag, or the record of one that has none.
      'releases/service-b-v1.0.0-rc.1.yanked.json',
    ],
    images: new Map([
      ['service-a-image', ['service-a-v1.0.0', 'service-a-v2.0.0', 'c'.repeat(40), 'latest']],
    ]),
  }
  const found = findUntagged(stored, name => /-v1\.0\.0(-rc\.1)?$/.test(name))
  expect(found.map(({ subject, problem }) => [subject, problem])).toEqual([
    ['releases/service-b-v2.0.0.zip', 'the remote has no tag service-b-v2.0.0'],
    ['releases/service-b-v2.0.0.json', 'the remote has no tag service-b-v2.0.0'],
    ['releases/service-b-v2.0.0.yanked.json', 'the remote has no tag service-b-v2.0.0'],
    ['service-a-image:service-a-v2.0.0', 'the remote has no tag service-a-v2.0.0'],
  ])
  expect(found.map(({ subject, error }) => [error?.code, error?.message, subject])).toEqual(
    found.map(({ subject }) => [
      'reconcile-orphan',
      `${subject} belongs to a release whose tag is not on the remote`,
      subject,
    ]),
  )
  expect(found[1]?.error?.remedy).toContain('git push origin <tagObject>:refs/tags/service-b-v2.0.0')
  expect(found[0]?.error?.remedy).toBe(
    'Find out who removed the tag service-b-v2.0.0; without it nothing uses the artifact.',
  )
})
