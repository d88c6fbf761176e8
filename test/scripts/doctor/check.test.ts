import { expect, it } from 'vitest'
import {
  behind,
  blocked,
  type DoctorCheck,
  fails,
  judge,
  type Look,
  passes,
  requireHealth,
  warns,
} from '../../../scripts/doctor/check.ts'
import { checkEcr, type Mutability } from '../../../scripts/doctor/ecr/checks.ts'
import { checkEcrLifecycle, judgeLifecycle } from '../../../scripts/doctor/ecr/lifecycle-check.ts'
import { checkGit } from '../../../scripts/doctor/git/checks.ts'
import { blocks, checkBucket, type PublicAccessBlocks } from '../../../scripts/doctor/s3/checks.ts'
import { sampleError, service, userError } from '../samples.ts'

const good = passes('clone', 'whole')
const bad = fails('identity', 'expired', 'Sign in.')
const away = judge('remote', { error: sampleError('no answer', { ending: 'cloud' }) }, () => good)
const unseen = judge('bucket', { error: sampleError('denied'), missingRight: 's3:ListBucket' }, () => good)

it.each<[string, DoctorCheck[], string | undefined, string]>([
  ['every check passes', [good, warns('tags', 'many', 'Remove some.')], undefined, ''],
  ['a check fails', [good, bad], 'badInput', '1 check failed, of 2'],
  ['the cloud did not answer', [good, away], 'cloud', '1 check could not run, of 2'],
  [
    'a check fails and the cloud did not answer',
    [bad, away],
    'badInput',
    '1 check failed and 1 check could not run, of 2',
  ],
  ['a permission is missing', [unseen], 'badInput', '1 check could not run, of 1'],
  [
    'the cloud did not answer, which blocked other checks',
    [away, judge('tags', blocked(away), () => good)],
    'cloud',
    '2 checks could',
  ],
])('when %s', (_, checks, ending, message) => {
  if (ending === undefined) return expect(requireHealth(checks)).toBeUndefined()
  const error = userError(() => requireHealth(checks))
  expect(error).toMatchObject({ ending, details: { checks } })
  expect(error.message).toContain(message)
})

it('a look that failed because of another check says so, but not one that worked or lacks a permission', () => {
  const seen: Look<number> = { value: 1 }
  const failing: Look<number> = { error: sampleError('expired') }
  const forbidden: Look<number> = { error: sampleError('denied'), missingRight: 'ecr:ListImages' }
  expect(behind(bad, seen)).toBe(seen)
  expect(behind(bad, forbidden)).toBe(forbidden)
  expect(behind(good, failing)).toBe(failing)
  expect(behind(bad, failing)).toMatchObject({ behind: 'identity' })
})

const repository = (mutability: Mutability | undefined) =>
  checkEcr(
    {
      all: { value: new Map(mutability === undefined ? [] : [['image', mutability]]) },
      each: [
        {
          name: 'image',
          services: [service('service-a'), service('b')],
          lifecycle: { value: { rules: [] } },
          images: { value: [] },
        },
      ],
    },
    'account 1',
    0,
  )

it.each<[string, string[], DoctorCheck['state'], string]>([
  ['IMMUTABLE', [], 'ok', 'is IMMUTABLE'],
  ['MUTABLE', [], 'failed', 'can be moved'],
  ['MUTABLE_WITH_EXCLUSION', ['*'], 'failed', 'can be moved'],
  ['A_NEW_KIND', [], 'failed', 'can be moved'],
  ['IMMUTABLE_WITH_EXCLUSION', ['latest', 'pr-*', 'c-v*'], 'ok', 'except for latest, pr-*, c-v*'],
  ['IMMUTABLE_WITH_EXCLUSION', ['latest', 'b-v2*'], 'failed', 'matches a tag such as b-v2.0.0'],
  ['IMMUTABLE_WITH_EXCLUSION', ['*-v'], 'failed', 'such as service-a-v0.0.0-v'],
  ['IMMUTABLE_WITH_EXCLUSION', ['*'], 'failed', `such as ${'0'.repeat(40)}`],
  ['IMMUTABLE_WITH_EXCLUSION', ['dead*'], 'failed', 'such as dead0'],
])('a repository that is %s except for %j is %s', (setting, exclusions, state, detail) => {
  const [check] = repository({ setting, exclusions })
  expect(check?.state).toBe(state)
  expect(check?.detail).toContain(detail)
})

it('a missing repository has one line, not three', () => {
  expect(repository(undefined).map(({ title, state }) => [title, state])).toEqual([
    ['repository image', 'failed'],
  ])
})

it('the rule in the remedy keeps all releases', () => {
  const services = [service('service-a')]
  const selection = { tagStatus: 'any', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 30 }
  const rule = { rulePriority: 5, selection, action: { type: 'expire' } }
  const policy = (...rules: object[]) => judgeLifecycle(JSON.stringify({ rules }), 'image', services)
  const { remedy = '' } = checkEcrLifecycle('lifecycle', policy(rule), 0)
  const keep = JSON.parse(/\{.*\}/s.exec(remedy)?.[0] ?? '')
  expect(checkEcrLifecycle('lifecycle', policy(keep, rule), 0)).toMatchObject({ state: 'ok' })
})

it.each<[string[], string[], DoctorCheck['state'], string]>([
  [['main', 'hotfix/*'], ['main', 'hotfix/1', 'topic'], 'ok', 'on origin: main, hotfix/1'],
  [['main', 'hotfix/*'], ['main'], 'ok', 'on origin: main'],
  [['main', 'next'], ['main'], 'warning', 'origin has no branch next'],
  [['main'], ['master'], 'failed', 'origin has no branch main, and pins are pushed to it'],
])('the release branches %j, with %j on origin', (patterns, there, state, detail) => {
  const refs = { branches: new Map(there.map(name => [name, ''])), tags: new Map() }
  const remote = { refs: { value: refs }, signs: { value: true } }
  const checks = checkGit({ whole: { value: undefined }, remote, branches: { value: patterns } })
  expect(checks.find(({ title }) => title === 'release branches')).toMatchObject({ state, detail })
})

it.each<[string | undefined, string | undefined, string[]]>([
  ['Enabled', 'AES256', []],
  ['Enabled', undefined, ['encryption']],
  ['Suspended', 'aws:kms', ['versioning']],
  [undefined, undefined, ['versioning', 'encryption']],
])(
  'a bucket with the versioning %s and the encryption %s fails the checks %j',
  (versioning, encryption, failing) => {
    const all = Object.fromEntries(blocks.map(name => [name, true])) as PublicAccessBlocks
    const seen = {
      bucket: 'acme-artifacts',
      exists: { value: undefined },
      versioning: { value: versioning },
      encryption: { value: encryption },
      publicAccess: { value: all },
      lifecycle: { value: [] },
    }
    const checks = checkBucket(seen, 'account 1', good)
    expect(checks.filter(({ state }) => state === 'failed').map(({ title }) => title)).toEqual(failing)
  },
)
