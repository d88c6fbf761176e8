import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PutImageCommand, PutImageTagMutabilityCommand, PutLifecyclePolicyCommand } from '@aws-sdk/client-ecr'
import {
  DeletePublicAccessBlockCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketVersioningCommand,
} from '@aws-sdk/client-s3'
import pLimit from 'p-limit'
import { expect, it } from 'vitest'
import type { DoctorCheck } from '../../../../scripts/doctor/check.ts'
import { clientsFor } from '../../../emulator/clients.ts'
import { pushImage, sampleImage } from '../../../emulator/sample-image.ts'
import { anotherClone, cloneState, remoteState } from '../../../support/clones.ts'
import { operations, writes } from '../../../support/releases.ts'
import type { Outcome } from '../../../support/run.ts'
import { sample } from '../../../support/sample.ts'
import {
  bucket,
  environmentsJson,
  imageService,
  makeWorld,
  type World,
  zipService,
} from '../../../support/world.ts'

const any30 = {
  rulePriority: 9,
  selection: { tagStatus: 'any', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 30 },
  action: { type: 'expire' },
}

async function putPolicy({ emulator }: World, repositoryName: string, ...rules: object[]): Promise<void> {
  const lifecyclePolicyText = JSON.stringify({ rules })
  await clientsFor(emulator).ecr.send(new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText }))
}

async function putRules({ emulator }: World, ...Rules: object[]): Promise<void> {
  const LifecycleConfiguration = {
    Rules: Rules.map(rule => ({ ID: 'old', Status: 'Enabled' as const, ...rule })),
  }
  const command = new PutBucketLifecycleConfigurationCommand({ Bucket: bucket, LifecycleConfiguration })
  await clientsFor(emulator).s3.send(command)
}

/** The checks that did not pass, by title. */
function trouble({ stdout }: Outcome): Record<string, string> {
  const { checks } = JSON.parse(stdout) as { checks: DoctorCheck[] }
  const bad = checks.filter(({ state }) => state !== 'ok')
  return Object.fromEntries(
    bad.map(({ title, state, detail, cause, remedy }) => [
      title,
      [`${state}: ${detail}`, cause, remedy].filter(Boolean).join(' | '),
    ]),
  )
}

const doctor = (world: World, env: Record<string, string> = {}, cwd = world.clone) =>
  world.waybill('doctor', { JSON: '1' }, { cwd, env })

it('doctor passes a good set-up with a dozen calls, and changes nothing', async () => {
  const world = await makeWorld()
  const before = [await cloneState(world), await remoteState(world)]
  world.emulator.clearRequests()
  const { code, stdout, stderr } = await world.waybill('doctor')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toBe(`  ✔ clone                         has its whole history
  ✔ remote                        origin answers
  ✔ release branches              on origin: main
  ✔ release tags                  0 tags on origin, none lightweight
  ✔ signing                       git signs no tags (tag.gpgSign is not set)
  ✔ environments.json             names staging, prod
  ✔ AWS provider                  6.25.0, without a lock file for its hashes
  ✔ services                      2 services: service-a, service-b
  ✔ pins                          0 pins
  ✔ identity                      arn:aws:iam::111111111111:user/emulator, in the artifact account 111111111111
  ✔ region                        eu-central-1, from artifacts in cdktf/environments.json
  ✔ repository service-a-image    is IMMUTABLE
  ✔ lifecycle of service-a-image  no rule
  ✔ tags in service-a-image       no image is near the limit of 1000 tags
  ✔ bucket                        acme-artifacts is in account 111111111111, region eu-central-1
  ✔ versioning                    is Enabled
  ✔ encryption                    AES256 by default
  ✔ public access                 all four settings are on
  ✔ bucket lifecycle              no rule
Everything is ready for a release.
`)
  expect(operations(world.emulator).toSorted()).toEqual([
    'DescribeRepositories',
    'GetBucketEncryption',
    'GetBucketLifecycleConfiguration',
    'GetBucketVersioning',
    'GetCallerIdentity',
    'GetLifecyclePolicy',
    'GetPublicAccessBlock',
    'ListImages',
    'ListObjectsV2',
  ])
  expect(writes(world.emulator)).toEqual([])
  expect([await cloneState(world), await remoteState(world)]).toEqual(before)
})

it('what can wait is a warning, and the command succeeds', async () => {
  const world = await makeWorld()
  const { ecr } = clientsFor(world.emulator)
  await world.git(['tag', 'service-a-v0.9.0'])
  await world.git(['push', '--quiet', 'origin', 'service-a-v0.9.0'])
  const image = sampleImage('crowded')
  await pushImage(ecr, 'service-a-image', image, 'tag-0')
  const { manifest: imageManifest, mediaType: imageManifestMediaType } = image
  const add = (imageTag: string) =>
    ecr.send(
      new PutImageCommand({
        repositoryName: 'service-a-image',
        imageManifest,
        imageManifestMediaType,
        imageTag,
      }),
    )
  const slots = pLimit(40)
  await Promise.all(Array.from({ length: 900 }, (_, index) => slots(() => add(`tag-${index + 1}`))))
  await putPolicy(world, 'service-a-image', {
    ...any30,
    selection: { ...any30.selection, tagStatus: 'tagged', tagPrefixList: ['pr-'] },
  })
  await putRules(world, {
    Filter: { Prefix: 'releases/' },
    NoncurrentVersionExpiration: { NoncurrentDays: 7 },
  })

  const left = 'cdktf/pins/qa/service-a.json'
  await world.commit({ [left]: '{}', 'cdktf/pins/staging/service-a.json': '{}' })
  const outcome = await doctor(world)
  expect(outcome.code).toBe(0)
  expect(trouble(outcome)).toEqual({
    pins: expect.stringContaining(
      `warning: no environment uses ${left} (there is no environment qa) | docs/`,
    ),
    'release tags': expect.stringContaining('warning: 1 lightweight tag on origin'),
    'tags in service-a-image': expect.stringContaining(`${image.digest} has 901`),
    'bucket lifecycle': expect.stringContaining(
      'rule old (releases/) expires noncurrent versions after 7 days | Give each',
    ),
  })
})

it('one run lists every fault of a set-up, each with its remedy', async () => {
  const files = {
    ...imageService('service-a'),
    ...imageService('service-c'),
    ...imageService('service-d'),
    ...imageService('service-e'),
    ...zipService('service-b', { kind: 'lambda' }),
  }
  const repositories = ['service-a-image', 'service-d-image', 'service-e-image']
  const world = await makeWorld({ files, repositories })
  const { ecr, s3 } = clientsFor(world.emulator)
  const mutability = { repositoryName: 'service-a-image', imageTagMutability: 'MUTABLE' } as const
  await ecr.send(new PutImageTagMutabilityCommand(mutability))
  await ecr.send(
    new PutImageTagMutabilityCommand({
      repositoryName: 'service-d-image',
      imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      imageTagMutabilityExclusionFilters: [
        { filterType: 'WILDCARD', filter: 'latest' },
        { filterType: 'WILDCARD', filter: '*-rc*' },
      ],
    }),
  )
  await pushImage(ecr, 'service-a-image', sampleImage('one'), 'service-a-v1.0.0')
  await pushImage(ecr, 'service-a-image', sampleImage('two'), 'service-a-v1.1.0')
  await putPolicy(world, 'service-a-image', {
    ...any30,
    selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 1 },
  })
  const shred = JSON.stringify({ rules: [{ ...any30, action: { type: 'shred' } }] })
  world.emulator.pretendLifecyclePolicy('service-d-image', shred)
  await putPolicy(world, 'service-e-image', any30)
  const VersioningConfiguration = { Status: 'Suspended' } as const
  await s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }))
  await s3.send(new DeletePublicAccessBlockCommand({ Bucket: bucket }))
  const ServerSideEncryptionConfiguration = { Rules: [{ BucketKeyEnabled: false }] }
  await s3.send(new PutBucketEncryptionCommand({ Bucket: bucket, ServerSideEncryptionConfiguration }))
  await putRules(
    world,
    { Filter: { Prefix: 'releases/' }, Expiration: { Days: 90 } },
    { ID: 'cold', Filter: { Prefix: '' }, Transitions: [{ Days: 30, StorageClass: 'GLACIER' }] },
  )

  const outcome = await doctor(world)
  expect(outcome.code).toBe(2)
  expect(trouble(outcome)).toEqual({
    'service service-b': expect.stringMatching(
      /^failed: .*services\/service-b\/service.json.*kind.* \| Correct /s,
    ),
    'repository service-a-image': expect.stringMatching(
      /^failed: is MUTABLE.*put-image-tag-mutability .*IMMUTABLE$/,
    ),
    'lifecycle of service-a-image': expect.stringMatching(
      /^failed: rule 9 expires released images: any, imageCountMoreThan 1,.*; expired at the next run: service-a-v1\.0\.0 \| Put a rule that keeps all releases/,
    ),
    'repository service-c-image': expect.stringMatching(
      /^failed: does not exist in account 111111111111, region eu-central-1 \| Create it \(make bootstrap\)/,
    ),
    'repository service-d-image': expect.stringMatching(
      /except for \*-rc\*, which matches .*service-d-v0.0.0-rc /,
    ),
    'lifecycle of service-d-image': expect.stringMatching(
      /^failed: cannot be judged.*\| .*action.*\| Use only/s,
    ),
    'lifecycle of service-e-image': expect.stringMatching(/0{40} and service-e-v0\.0\.0; none is due now/),
    versioning: expect.stringMatching(/^failed: is Suspended.*put-bucket-versioning --bucket acme-artifacts/),
    encryption: expect.stringMatching(/^failed: there is no default encryption.*put-bucket-encryption/),
    'public access': expect.stringMatching(/^failed: .*BlockPublicAcls.* off.*put-public-access-block/),
    'bucket lifecycle': expect.stringMatching(
      /^failed: deletes or archives releases: rule old \(releases\/\) expires current versions after 90 days; rule cold \(every key\) archives current versions to GLACIER after 30 days \| .*builds\//,
    ),
  })
  const shown = await world.waybill('doctor')
  expect(shown.code).toBe(2)
  expect(shown.stderr).toContain('✖ 11 checks failed, of')
  expect(shown.stdout).toContain('✔ clone ')
})

it('clones, credentials and accounts that cannot release are reported', async () => {
  const world = await makeWorld()
  const { emulator, git } = world
  const shallow = join(world.folder, 'shallow')
  await git(['clone', '--quiet', '--depth=1', `file://${world.remote}`, shallow], world.folder)
  const alone = await anotherClone(world, 'alone')
  await git(['remote', 'remove', 'origin'], alone)
  const away = await anotherClone(world, 'away')
  await git(['remote', 'set-url', 'origin', 'http://127.0.0.1:9/none.git'], away)
  const elsewhere = await anotherClone(world, 'elsewhere')
  const artifacts = { ...environmentsJson.artifacts, region: 'eu-west-1' }
  await writeFile(
    join(elsewhere, 'cdktf/environments.json'),
    JSON.stringify({ ...environmentsJson, artifacts }),
  )
  const unknown = await anotherClone(world, 'unknown')
  await rm(join(unknown, 'cdktf/environments.json'))
  const others = await anotherClone(world, 'others')
  const theirs = { ...environmentsJson.artifacts, account: '222222222222' }
  await writeFile(
    join(others, 'cdktf/environments.json'),
    JSON.stringify({ ...environmentsJson, artifacts: theirs }),
  )

  const cut = await doctor(world, {}, shallow)
  expect(cut.code).toBe(2)
  expect(trouble(cut)).toEqual({
    clone: expect.stringMatching(/^failed: this clone is shallow.*\| git fetch --unshallow/),
  })

  const lonely = await doctor(world, {}, alone)
  expect(lonely.code).toBe(2)
  expect(trouble(lonely)).toEqual({
    remote: expect.stringMatching(/^failed: this clone has no remote called origin.*git remote add origin/s),
    'release branches': 'not checked: the check "remote" has to pass first',
    'release tags': 'not checked: the check "remote" has to pass first',
  })

  const far = await doctor(world, {}, away)
  expect(far.code).toBe(6)
  expect(trouble(far).remote).toMatch(/^failed: the remote origin cannot be read.*safe to run this again/s)

  const expired = await doctor(world, emulator.credentials({ expired: true }))
  expect(expired.code).toBe(2)
  expect(trouble(expired)).toMatchObject({
    identity: expect.stringMatching(/^failed: .*ExpiredToken.*\| Get valid AWS credentials/),
    'repository service-a-image': 'not checked: the check "identity" has to pass first',
    bucket: 'not checked: the check "identity" has to pass first',
    versioning: 'not checked: the check "identity" has to pass first',
  })
  expect(Object.keys(trouble(expired))).not.toContain('remote')

  const misplaced = await doctor(world, {}, elsewhere)
  expect(misplaced.code).toBe(2)
  expect(trouble(misplaced)).toMatchObject({
    'repository service-a-image': expect.stringContaining(
      'does not exist in account 111111111111, region eu-west-1',
    ),
    bucket: expect.stringMatching(/^failed: .*PermanentRedirect.*not in the region/),
    versioning: 'not checked: the check "bucket" has to pass first',
  })

  const nowhere = await doctor(world, {}, unknown)
  expect(nowhere.code).toBe(2)
  expect(trouble(nowhere)).toMatchObject({
    'environments.json': expect.stringMatching(/^failed: .*cannot be read.*docs\/adopt.md/),
    'release branches': expect.stringContaining('not checked: the check "environments.json"'),
    bucket: 'not checked: the check "environments.json" has to pass first',
  })

  const foreign = await doctor(world, {}, others)
  expect(foreign.code).toBe(2)
  expect(trouble(foreign).bucket).toMatch(
    /^failed: acme-artifacts does not belong to the account 222222222222/,
  )

  const outside = await doctor(world, {}, world.folder)
  expect(outside.code).toBe(2)
  expect(trouble(outside)).toMatchObject({
    clone: expect.stringMatching(/^failed: this is not a usable git repository/),
    remote: 'not checked: the check "clone" has to pass first',
  })
})

const rights: Record<string, [right: string, title: string]> = {
  GetCallerIdentity: ['sts:GetCallerIdentity', 'identity'],
  DescribeRepositories: ['ecr:DescribeRepositories', 'repositories'],
  GetLifecyclePolicy: ['ecr:GetLifecyclePolicy', 'lifecycle of service-a-image'],
  ListImages: ['ecr:ListImages', 'tags in service-a-image'],
  ListObjectsV2: ['s3:ListBucket', 'bucket'],
  GetBucketVersioning: ['s3:GetBucketVersioning', 'versioning'],
  GetBucketEncryption: ['s3:GetEncryptionConfiguration', 'encryption'],
  GetPublicAccessBlock: ['s3:GetBucketPublicAccessBlock', 'public access'],
  GetBucketLifecycleConfiguration: ['s3:GetLifecycleConfiguration', 'bucket lifecycle'],
}

it('a missing permission is named, and what it hides does not pass', async () => {
  const world = await makeWorld()
  for (const operation of Object.keys(rights)) world.emulator.inject({ operation, kind: 'access-denied' })
  const outcome = await doctor(world)
  expect(outcome.code).toBe(2)
  const found = trouble(outcome)
  for (const [right, title] of Object.values(rights)) {
    expect(found[title]).toMatch(/^not checked: .*AccessDenied/)
    expect(found[title]).toContain(`Grant ${right} to these credentials.`)
  }
})

const answers = ['error500', 'reset-before', 'empty-200', 'error-in-200'] as const

it.each(sample('answers of a cloud to the doctor', answers, kind => kind === 'error500'))(
  'a cloud that answers with %s neither passes nor fails a check',
  async kind => {
    const world = await makeWorld()
    // An answer without a status means that versioning was never on, and an empty answer looks the same.
    for (const operation of Object.keys(rights))
      if (operation !== 'GetBucketVersioning') world.emulator.inject({ operation, kind })
    const outcome = await doctor(world, { AWS_MAX_ATTEMPTS: '1' })
    expect(outcome.code).toBe(6)
    const found = trouble(outcome)
    for (const [, title] of Object.values(rights))
      if (title !== 'versioning') expect(found[title]).toMatch(/^not checked: .*safe to run this again/)
    expect(JSON.parse(outcome.stdout).error).toMatchObject({ exitCode: 6 })
  },
)
