import { expect, it } from 'vitest'
import { evaluateLifecycle, type LifecycleImage } from '../../scripts/doctor/ecr/lifecycle.ts'
import { checkEcrLifecycle, judgeLifecycle } from '../../scripts/doctor/ecr/lifecycle-check.ts'
import { parseEcrLifecycle } from '../../scripts/doctor/ecr/lifecycle-policy.ts'
import { judgeS3Lifecycle } from '../../scripts/doctor/s3/checks.ts'
import { evaluateS3Lifecycle } from '../../scripts/doctor/s3/lifecycle.ts'
import { releasedObjectsAtRisk } from '../../scripts/doctor/s3/lifecycle-risk.ts'
import { service } from '../scripts/samples.ts'
import { environments, pinned, sampleServices, services } from './catalogue.ts'
import { addresses, resource, type Stack, statements, synthesized } from './synthesized.ts'

const foundationOf = (input: ReturnType<typeof pinned>) => synthesized(input).foundation as Stack
const sample = foundationOf(pinned(sampleServices()))
const policyOf = (name: string) => String(resource(sample, `aws_ecr_lifecycle_policy.${name}`).policy)

it('matches the snapshot', () => {
  expect(sample).toMatchSnapshot()
})

it('is in the artifact account with its own state', () => {
  expect(sample.provider.aws[0]).toMatchObject({ allowed_account_ids: ['111111111111'] })
  expect(sample.terraform.backend).toEqual({
    s3: {
      bucket: 'waybill-state-111111111111-eu-central-1',
      key: 'foundation.tfstate',
      region: 'eu-central-1',
      encrypt: true,
      use_lockfile: true,
      allowed_account_ids: ['111111111111'],
    },
  })
})

it('has a repository for each image service, with the name from its service.json', () => {
  const all = services({
    old: { kind: 'ecs-service', repository: 'team/old' },
    new: { kind: 'lambda-image' },
    zip: { kind: 'lambda-zip' },
  })
  const stack = foundationOf(pinned(all))
  expect(resource(stack, 'aws_ecr_repository.old').name).toBe('team/old')
  expect(resource(stack, 'aws_ecr_repository.new').name).toBe('new-image')
  expect(addresses(stack)).not.toContain('aws_ecr_repository.zip')
})

it('a repository that was there before keeps its lifecycle policy, and the tags that others move', () => {
  const all = services({
    old: { kind: 'ecs-service', repository: 'team/old' },
    older: { kind: 'ecs-service', repository: 'team/older', movableTags: ['main-*', 'dev'] },
    strict: { kind: 'ecs-service', repository: 'team/strict', movableTags: [] },
    new: { kind: 'lambda-image' },
  })
  const stack = foundationOf({
    ...pinned(all),
    retired: [{ service: service('gone'), repository: 'team/gone' }],
  })
  const made = ['old', 'older', 'strict', 'new', 'gone'].map(name => {
    const { image_tag_mutability: setting, image_tag_mutability_exclusion_filter: filters } = resource(
      stack,
      `aws_ecr_repository.${name}`,
    )
    return [name, setting, ((filters ?? []) as { filter: string }[]).map(({ filter }) => filter)]
  })
  expect(made).toEqual([
    ['old', 'IMMUTABLE_WITH_EXCLUSION', ['latest']],
    ['older', 'IMMUTABLE_WITH_EXCLUSION', ['main-*', 'dev']],
    ['strict', 'IMMUTABLE', []],
    ['new', 'IMMUTABLE', []],
    ['gone', 'IMMUTABLE_WITH_EXCLUSION', ['latest']],
  ])
  const policies = addresses(stack).filter(one => one.startsWith('aws_ecr_lifecycle_policy.'))
  expect(policies).toEqual(['aws_ecr_lifecycle_policy.new'])
})

it.each(['old-*', '*', 'o*.0', '*-v1.*', '*0', `*${'a'.repeat(39)}`])(
  'no tag may be moved by a pattern that matches a build or a release: %s',
  pattern => {
    const all = services({ old: { kind: 'ecs-service', repository: 'team/old', movableTags: [pattern] } })
    expect(() => foundationOf(pinned(all))).toThrow('old lets tags be moved that nobody may move')
  },
)

it('repository tags are immutable, pushes are scanned, and nothing can be destroyed', () => {
  expect(resource(sample, 'aws_ecr_repository.service-a')).toMatchObject({
    image_tag_mutability: 'IMMUTABLE',
    image_scanning_configuration: { scan_on_push: true },
    lifecycle: { prevent_destroy: true },
  })
  expect(resource(sample, 'aws_s3_bucket.artifacts').lifecycle).toEqual({ prevent_destroy: true })
})

it.each(['service-a', 'service-c'])('the doctor finds no rule that could expire a release of %s', name => {
  const seen = judgeLifecycle(policyOf(name), `${name}-image`, [service(name)])
  expect(seen.rules).toHaveLength(3)
  expect(checkEcrLifecycle('lifecycle', seen, 0)).toMatchObject({ state: 'ok' })
})

const zip = { handler: 'a.b', runtime: 'nodejs24.x' }
const day = 86_400_000

it('expires the oldest of many builds, never the newest, a release or a signature', () => {
  const builds = Array.from({ length: 1000 }, (_, age): LifecycleImage => {
    const commit = age.toString(16).padStart(40, '0')
    const others = age === 950 ? ['service-a-v1.0.0'] : age === 960 ? [`sha256-${'e'.repeat(64)}.sig`] : []
    return { digest: `sha256:${age}`, tags: [commit, ...others], pushedAt: (5000 - age) * day }
  })
  const rules = parseEcrLifecycle(policyOf('service-a'), { name: 'policy', remedy: '' })
  const expired = [...evaluateLifecycle(rules, builds, 6000 * day).keys()]
  expect(expired).not.toContain(builds[0])
  expect(expired).not.toContain(builds[950])
  expect(expired).not.toContain(builds[960])
  expect(expired).toContain(builds[999])
})

it('keeps the only build of a service, however old', () => {
  const rules = parseEcrLifecycle(policyOf('service-a'), { name: 'policy', remedy: '' })
  const lone = { digest: 'sha256:1', tags: ['0'.repeat(40)], pushedAt: 0 }
  expect(evaluateLifecycle(rules, [lone], 100_000 * day).size).toBe(0)
})

/** The rules of the bucket as the SDK would return them. */
function bucketRules() {
  const { rule } = resource(sample, 'aws_s3_bucket_lifecycle_configuration.artifacts') as {
    rule: Record<string, [Record<string, unknown>]>[]
  }
  return judgeS3Lifecycle(
    rule.map(one => ({
      ID: one.id,
      Status: one.status,
      Filter: { Prefix: one.filter?.[0].prefix },
      Expiration: { Days: one.expiration?.[0].days },
      NoncurrentVersionExpiration: {
        NoncurrentDays: one.noncurrent_version_expiration?.[0].noncurrent_days,
      },
    })),
  )
}

it('the doctor finds no bucket rule that could expire a release, and old builds do expire', () => {
  expect(releasedObjectsAtRisk(bucketRules())).toEqual({ current: [], noncurrent: [], foreignTag: [] })
  const build = { key: 'builds/service-b-x.zip', size: 1, tags: {}, madeAt: 0 }
  expect(evaluateS3Lifecycle(bucketRules(), build, 300 * day)).toHaveLength(0)
  expect(evaluateS3Lifecycle(bucketRules(), build, 400 * day)).toHaveLength(1)
})

it('the bucket is versioned, encrypted and private', () => {
  expect(resource(sample, 'aws_s3_bucket_versioning.artifacts')).toMatchObject({
    versioning_configuration: { status: 'Enabled' },
  })
  expect(
    JSON.stringify(resource(sample, 'aws_s3_bucket_server_side_encryption_configuration.artifacts')),
  ).toContain('AES256')
  const { bucket: _, ...blocks } = resource(sample, 'aws_s3_bucket_public_access_block.artifacts')
  expect(Object.values(blocks)).toEqual([true, true, true, true])
})

it('the accounts of the environments may only read releases in the bucket, over TLS', () => {
  const [tls, once, never, ...others] = statements(resource(sample, 'aws_s3_bucket_policy.artifacts'))
  expect(tls).toMatchObject({
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  })
  const resources = ['builds', 'releases'].map(
    folder => `arn:aws:s3:::waybill-artifacts-111111111111/${folder}/*`,
  )
  expect([once, never]).toMatchObject([
    {
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:PutObject',
      Resource: resources,
      Condition: { Null: { 's3:if-none-match': 'true' } },
    },
    {
      Effect: 'Deny',
      Principal: '*',
      Action: ['s3:DeleteObject', 's3:DeleteObjectVersion'],
      Resource: resources,
    },
  ])
  expect(others).toMatchObject([
    {
      Principal: { AWS: ['arn:aws:iam::222222222222:root', 'arn:aws:iam::333333333333:root'] },
      Action: 's3:GetObject',
      Resource: 'arn:aws:s3:::waybill-artifacts-111111111111/releases/*',
    },
    // Without it S3 answers 403 for a missing key.
    { Action: 's3:ListBucket', Resource: 'arn:aws:s3:::waybill-artifacts-111111111111' },
  ])
})

it('Lambda may pull an image only for functions of that service', () => {
  const [accounts, functions] = statements(resource(sample, 'aws_ecr_repository_policy.service-c'))
  expect(accounts?.Principal).toEqual({
    AWS: ['arn:aws:iam::222222222222:root', 'arn:aws:iam::333333333333:root'],
  })
  const arns = ['222222222222', '333333333333'].map(
    account => `arn:aws:lambda:eu-central-1:${account}:function:service-c-*`,
  )
  expect(functions).toMatchObject({
    Principal: { Service: 'lambda.amazonaws.com' },
    Condition: { StringLike: { 'aws:SourceArn': arns } },
  })
  expect(statements(resource(sample, 'aws_ecr_repository_policy.service-a'))).toHaveLength(1)
})

it('allows nobody else if all environments are in the artifact account', () => {
  const alone = environments(json => {
    for (const one of Object.values(json.environments)) one.account = '111111111111'
  })
  const stack = foundationOf(pinned(services({ x: { kind: 'ecs-service' } }), alone))
  expect(addresses(stack)).not.toContain('aws_ecr_repository_policy.x')
  expect(statements(resource(stack, 'aws_s3_bucket_policy.artifacts')).map(({ Sid }) => Sid)).toEqual([
    'TlsOnly',
    'WriteOnce',
    'DeleteNever',
  ])
})

// Amazon S3 user guide, "Bucket policies": 20 KB.
it('the policy of the bucket stays within the limit with 200 accounts', () => {
  const many = environments(json => {
    const { staging } = json.environments
    for (let index = 0; index < 200; index += 1)
      json.environments[`e${index}`] = { ...staging, account: String(400_000_000_000 + index) }
  })
  const stack = foundationOf({
    ...pinned(services({ x: { kind: 'lambda-zip', settings: zip } }), many),
    stacks: [],
  })
  const { policy } = resource(stack, 'aws_s3_bucket_policy.artifacts')
  expect(Buffer.byteLength(String(policy))).toBeLessThanOrEqual(20_480)
})
