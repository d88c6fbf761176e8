import { BatchDeleteImageCommand, DescribeRepositoriesCommand } from '@aws-sdk/client-ecr'
import { GetRoleCommand } from '@aws-sdk/client-iam'
import { GetAliasCommand } from '@aws-sdk/client-lambda'
import {
  CreateBucketCommand,
  GetBucketEncryptionCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetPublicAccessBlockCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clientsFor, refusal } from '../../../emulator/clients.ts'
import { startProvider } from '../../../provider/provider.ts'
import { hasTerraform } from '../../../provider/workspace.ts'
import { afterSuite } from '../../../support/cleanup.ts'
import { deployEnvironments, expectDone } from '../../../support/deploy.ts'
import { writes } from '../../../support/releases.ts'
import type { Outcome } from '../../../support/run.ts'
import { imageService, makeWorld, type World, zipService } from '../../../support/world.ts'

const accounts = { artifacts: '111111111111', staging: '222222222222', prod: '333333333333' } as const
type Owner = keyof typeof accounts
const Bucket = 'acme-releases'
const { region } = deployEnvironments.artifacts
const stateBucketOf = (owner: Owner) => `waybill-state-${accounts[owner]}-${region}`
const ledgerBucketOf = (owner: Owner) => `waybill-ledger-${accounts[owner]}-${region}`
const at = (place: { account: string }, owner: Owner) => ({
  ...place,
  account: accounts[owner],
  listener: undefined,
})
const { staging, prod } = deployEnvironments.environments
const environments = {
  ...deployEnvironments,
  artifacts: { ...deployEnvironments.artifacts, bucket: Bucket },
  environments: { staging: at(staging, 'staging'), prod: at(prod, 'prod') },
}
let world: World

const credentials = (owner: Owner) => world.emulator.credentials({ account: accounts[owner] })
/** Runs a command with the credentials of one of the accounts. */
const as = (owner: Owner, command: string, options: Record<string, string> = {}): Promise<Outcome> =>
  world.waybill(command, options, { env: credentials(owner) })
const clients = (owner: Owner) => clientsFor(world.emulator, { env: credentials(owner) })
/** The write requests, except those for the state lock. */
const changes = () => writes(world.emulator).filter(write => !/tflock/.test(write))

async function repositories(): Promise<(string | undefined)[]> {
  const { repositories = [] } = await clients('artifacts').ecr.send(new DescribeRepositoriesCommand({}))
  return repositories.map(({ repositoryName }) => repositoryName).toSorted()
}

/** Each test continues from the state that the one before it left. */
describe.skipIf(!(await hasTerraform()))('three accounts', () => {
  const onFinished = afterSuite()
  beforeAll(async () => {
    const files = {
      ...imageService('service-a'),
      ...zipService('service-b'),
      'cdktf/environments.json': JSON.stringify(environments),
      '.gitignore': 'dist\ncdktf.out\n',
    }
    world = await makeWorld({ files, repositories: [], onFinished })
    const provider = await startProvider({ endpoint: world.emulator.url })
    afterAll(() => provider.close())
    Object.assign(world.env, provider.env)
    for (const owner of ['staging', 'prod'] as const)
      world.emulator.ensureCluster('shared', { account: accounts[owner], region })
  })

  it('start empty, and a dry run creates nothing', async () => {
    world.emulator.clearRequests()
    const [dry, early, wrong] = await Promise.all([
      as('artifacts', 'bootstrap', { DRY_RUN: '1' }),
      as('staging', 'bootstrap', { ENV: 'staging', DRY_RUN: '1' }),
      as('artifacts', 'bootstrap', { ENV: 'staging' }),
    ])
    expect(expectDone(dry).stdout).toContain(
      `the state bucket ${stateBucketOf('artifacts')} would be created`,
    )
    expect(expectDone(early).stdout).toContain(
      `the state bucket ${stateBucketOf('staging')} would be created`,
    )
    expect(early.stdout).toContain(
      `the ledger bucket ${ledgerBucketOf('staging')} would be created: versioned, encrypted, private, TLS only, append-only`,
    )
    expect(wrong).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('do not belong to the account 222222222222'),
    })
    expect(changes()).toEqual([])
  })

  it('get their buckets and the foundation: versioned, encrypted, private, over TLS only', async () => {
    const made = await as('artifacts', 'bootstrap')
    expect(expectDone(made).stdout).toContain('The foundation is ready. Next: make build')
    await Promise.all(
      (['staging', 'prod'] as const).map(async owner =>
        expectDone(await as(owner, 'bootstrap', { ENV: owner })),
      ),
    )
    expect(await repositories()).toEqual(['service-a-image'])
    await expectSafe('artifacts', Bucket)
    for (const owner of Object.keys(accounts) as Owner[]) await expectSafe(owner, stateBucketOf(owner))
    for (const owner of ['staging', 'prod'] as const) await expectSafe(owner, ledgerBucketOf(owner))
  })

  it('need no changes the second time, and nothing is written', async () => {
    world.emulator.clearRequests()
    const again = await Promise.all([
      as('artifacts', 'bootstrap'),
      as('staging', 'bootstrap', { ENV: 'staging' }),
    ])
    for (const outcome of again) expect(expectDone(outcome).stdout).toContain('is up to date')
    expect(again[1].stdout).toContain(`the ledger bucket ${ledgerBucketOf('staging')} is up to date`)
    expect(changes()).toEqual([])
  })

  it('take a commit to staging, and to prod with an approved plan', async () => {
    expectDone(await as('artifacts', 'build', { SERVICE: 'b' }))
    expectDone(await as('artifacts', 'release', { SERVICE: 'b', VERSION: '1.0.0' }))
    expectDone(await as('artifacts', 'promote', { TAG: 'service-b-v1.0.0' }))
    for (const ENV of ['staging', 'prod'])
      expectDone(await as('artifacts', 'pin', { ENV, TAG: 'service-b-v1.0.0' }))
    await world.git(['pull', '--quiet', '--rebase', 'origin', 'main'])
    expect(await as('artifacts', 'deploy', { ENV: 'staging' })).toMatchObject({ code: 2 })
    const staged = await as('staging', 'deploy', { ENV: 'staging' })
    expect(expectDone(staged).stdout).toContain('service-b: staging runs service-b-v1.0.0')
    expect(await live('staging')).toBe('1')

    const target = { ENV: 'prod', SERVICE: 'b' }
    const planned = expectDone(await as('prod', 'plan', { ...target, OUT: 'plan.zip', JSON: '1' }))
    const { sha256 } = JSON.parse(planned.stdout) as { sha256: string }
    const applied = await as('prod', 'deploy', { ...target, PLAN: 'plan.zip', PLAN_SHA256: sha256 })
    expect(expectDone(applied).stdout).toContain('1 service deployed to prod')
    expect(await live('prod')).toBe('1')
  })

  it('let staging read releases but not write them', async () => {
    const { s3 } = clients('staging')
    const Key = 'releases/service-b-v1.0.0.json'
    await s3.send(new GetObjectCommand({ Bucket, Key }))
    const put = s3.send(new PutObjectCommand({ Bucket, Key, Body: '{}' }))
    expect(await refusal(put)).toEqual({ name: 'AccessDenied', status: 403 })
    const build = s3.send(new PutObjectCommand({ Bucket, Key: 'builds/x.zip', Body: '{}' }))
    expect(await refusal(build)).toEqual({ name: 'AccessDenied', status: 403 })
  })

  it('get a repository for a new service, and keep that of a removed one until its removal is allowed', async () => {
    await world.commit(imageService('service-c'), 'Add service-c')
    expectDone(await as('artifacts', 'bootstrap'))
    expect(await repositories()).toEqual(['service-a-image', 'service-c-image'])
    await world.storeImage('service-c', 'c'.repeat(40))
    await world.git(['rm', '-rq', 'services/service-c'])
    await world.commit({}, 'Remove service-c')

    world.emulator.clearRequests()
    const kept = expectDone(await as('artifacts', 'bootstrap'))
    expect(kept.stdout).toContain(
      'service-c is gone; its repository service-c-image is kept because it holds releases',
    )
    const [, ALLOW_REPLACE = ''] = /ALLOW_REPLACE=(\S+)/.exec(kept.stdout) ?? []
    expect(changes().filter(write => write.startsWith('Delete'))).toEqual([])

    const full = await as('artifacts', 'bootstrap', { ALLOW_REPLACE })
    expect(full.code).not.toBe(0)
    expect(full.stderr).toContain('RepositoryNotEmpty')
    expect(await repositories()).toContain('service-c-image')
    const imageIds = [{ imageTag: 'c'.repeat(40) }]
    const { ecr } = clients('artifacts')
    await ecr.send(new BatchDeleteImageCommand({ repositoryName: 'service-c-image', imageIds }))
    expectDone(await as('artifacts', 'bootstrap', { ALLOW_REPLACE }))
    expect(await repositories()).toEqual(['service-a-image'])
  })

  it("get CI's roles once the GitHub repository is named, and service roles get a boundary", async () => {
    const named = { ...environments, github: { repository: 'acme/parcels' } }
    await world.commit({ 'cdktf/environments.json': JSON.stringify(named) }, 'Name the repository')
    const [own, staged] = await Promise.all([
      as('artifacts', 'bootstrap'),
      as('staging', 'bootstrap', { ENV: 'staging' }),
    ])
    expect(expectDone(own).stdout).toMatch(/CI's access to the artifacts: \d+ to create/)
    expect(expectDone(staged).stdout).toMatch(/CI's access to staging: \d+ to create/)
    const roleOf = (owner: Owner, RoleName: string) =>
      clients(owner).iam.send(new GetRoleCommand({ RoleName }))
    const { Role } = await roleOf('artifacts', 'waybill-release')
    expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toContain('repo:acme/parcels:')
    await roleOf('staging', 'waybill-deploy-staging')
    const deployed = expectDone(await as('staging', 'deploy', { ENV: 'staging' }))
    expect(deployed.stdout).toContain('permissions_boundary')

    world.emulator.clearRequests()
    const again = await Promise.all([
      as('artifacts', 'bootstrap'),
      as('staging', 'bootstrap', { ENV: 'staging' }),
    ])
    for (const outcome of again)
      expect(expectDone(outcome).stdout).toMatch(/CI's access to \S+.*: no changes/)
    expect(changes()).toEqual([])
  })

  it('are not taken over by another repository, which gets roles and states of its own under a prefix', async () => {
    const other = { ...environments, github: { repository: 'acme/letters' } }
    await world.commit({ 'cdktf/environments.json': JSON.stringify(other) }, 'Be another repository')
    world.emulator.clearRequests()
    const refused = await Promise.all([
      as('artifacts', 'bootstrap'),
      as('staging', 'bootstrap', { ENV: 'staging' }),
    ])
    for (const { code, stderr } of refused) {
      expect(code).toBe(3)
      expect(stderr).toContain('are those of another repository')
      expect(stderr).toContain('"acme/parcels"')
    }
    expect(changes()).toEqual([])

    // The account has its identity provider already.
    const github = { ...other.github, providerIn: [accounts.staging] }
    const apart = { ...other, prefix: 'waybill-letters', github }
    await world.commit({ 'cdktf/environments.json': JSON.stringify(apart) }, 'Set a prefix')
    const made = expectDone(await as('staging', 'bootstrap', { ENV: 'staging' }))
    expect(made.stdout).toContain(
      `the state bucket waybill-letters-state-${accounts.staging}-${region} was created`,
    )
    const { iam } = clients('staging')
    for (const [RoleName, repository] of [
      ['waybill-deploy-staging', 'acme/parcels'],
      ['waybill-letters-deploy-staging', 'acme/letters'],
    ]) {
      const { Role } = await iam.send(new GetRoleCommand({ RoleName }))
      expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toContain(`repo:${repository}:`)
    }
  })

  it("do not use another account's bucket", async () => {
    const LocationConstraint = region as 'eu-central-1'
    await clients('prod').s3.send(
      new CreateBucketCommand({ Bucket: 'taken', CreateBucketConfiguration: { LocationConstraint } }),
    )
    const { staging } = environments.environments
    for (const [setting, title, other] of [
      ['stateBucket', 'state bucket', { stateBucket: 'taken' }],
      ['ledger.bucket', 'ledger bucket', { ledger: { bucket: 'taken' }, stateBucket: 'not-yet-there' }],
    ] as const) {
      const own = { ...environments.environments, staging: { ...staging, ...other } }
      await world.commit({
        'cdktf/environments.json': JSON.stringify({ ...environments, environments: own }),
      })
      world.emulator.clearRequests()
      const { code, stderr } = await as('staging', 'bootstrap', { ENV: 'staging' })
      expect(code).toBe(2)
      expect(stderr).toContain(`the bucket taken cannot be the ${title}`)
      expect(stderr).toContain(`set ${setting} in environments.staging of cdktf/environments.json`)
      expect(changes()).toEqual([])
    }
  })
})

async function expectSafe(owner: Owner, Bucket: string): Promise<void> {
  const { s3 } = clients(owner)
  const target = { Bucket }
  const [versioning, encryption, access, policy] = await Promise.all([
    s3.send(new GetBucketVersioningCommand(target)),
    s3.send(new GetBucketEncryptionCommand(target)),
    s3.send(new GetPublicAccessBlockCommand(target)),
    s3.send(new GetBucketPolicyCommand(target)),
  ])
  expect(versioning.Status).toBe('Enabled')
  expect(encryption.ServerSideEncryptionConfiguration?.Rules).toEqual([
    expect.objectContaining({ BlockedEncryptionTypes: { EncryptionType: ['SSE-C'] } }),
  ])
  const { PublicAccessBlockConfiguration: block = {} } = access
  expect(Object.values(block)).toEqual([true, true, true, true])
  expect(JSON.parse(policy.Policy ?? '').Statement).toContainEqual(
    expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
  )
}

async function live(owner: 'staging' | 'prod'): Promise<string | undefined> {
  const asked = { FunctionName: `service-b-${owner}`, Name: owner.toUpperCase() }
  return (await clients(owner).lambda.send(new GetAliasCommand(asked))).FunctionVersion
}
