import { DeleteClusterCommand } from '@aws-sdk/client-ecs'
import { CreatePolicyCommand, CreateRoleCommand, UpdateRoleCommand } from '@aws-sdk/client-iam'
import {
  DeleteBucketPolicyCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
} from '@aws-sdk/client-s3'
import { expect, it } from 'vitest'
import { ledgerBucket } from '../../../../../scripts/access/ledger-bucket.ts'
import { awsAccess } from '../../../../../scripts/aws/access.ts'
import { inspectBucket } from '../../../../../scripts/aws/io/bucket.ts'
import { findEnvironment, parseEnvironments } from '../../../../../scripts/catalogue/environments.ts'
import type { DoctorCheck } from '../../../../../scripts/doctor/check.ts'
import { observeCluster } from '../../../../../scripts/doctor/environments/io/cluster.ts'
import { environmentSettings } from '../../../../../scripts/project/io/project.ts'
import { stateBucket } from '../../../../../scripts/terraform/state-bucket.ts'
import { clientsFor } from '../../../../emulator/clients.ts'
import { createTwoVersions } from '../../../../emulator/lambda/calls.ts'
import { operations, writes } from '../../../../support/releases.ts'
import type { Outcome } from '../../../../support/run.ts'
import { sample } from '../../../../support/sample.ts'
import { stubAws } from '../../../../support/stub-aws.ts'
import { makeSurroundings } from '../../../../support/surroundings.ts'
import {
  environmentsJson,
  imageService,
  makeWorld,
  type World,
  zipService,
} from '../../../../support/world.ts'

const account = '222222222222'
const { region } = environmentsJson.artifacts
const listener = `arn:aws:elasticloadbalancing:${region}:${account}:listener/app/public/00000000000000aa/00000000000000ab`
const staging = {
  ...environmentsJson.environments.staging,
  network: { vpc: 'vpc-a', subnets: ['subnet-a', 'subnet-b'], securityGroups: ['sg-a'] },
  cluster: 'services',
  listener,
}
const json = {
  ...environmentsJson,
  github: { repository: 'acme/parcels' },
  environments: { ...environmentsJson.environments, staging },
}
const environments = parseEnvironments(JSON.stringify(json), { name: 'test', remedy: '' })
const states = `waybill-state-${account}-${region}`
const ledgers = `waybill-ledger-${account}-${region}`
const where = `account ${account}, region ${region}`

const routed = { settings: { route: { priority: 10, paths: ['/a/*'] } } }
const files = {
  ...imageService('service-a', routed),
  ...zipService('service-b', { settings: { inNetwork: true } }),
}

const ofStaging = ({ emulator }: World) => emulator.credentials({ account })
const clients = (world: World) => clientsFor(world.emulator, { env: ofStaging(world), region })

/** A world in whose staging account nothing exists; with some changes of staging's section and other services. */
async function bareWorld(change: object = {}, services: Record<string, string> = files): Promise<World> {
  const changed = { ...json, environments: { ...json.environments, staging: { ...staging, ...change } } }
  return await makeWorld({ files: { ...services, 'cdktf/environments.json': JSON.stringify(changed) } })
}

/** The same with all that the unchanged section of staging names, and that bootstrap makes. */
async function readyWorld(...options: Parameters<typeof bareWorld>): Promise<World> {
  const world = await bareWorld(...options)
  makeSurroundings(world.emulator, [{ ...staging, account, region }])
  const access = awsAccess({ ...world.env, ...ofStaging(world) }, { timeoutMs: 20_000, isProcess: false })
  const environment = findEnvironment(environments, 'staging')
  const settings = environmentSettings({ environments }, 'staging', environment, access)
  const caller = `arn:aws:iam::${account}:user/emulator`
  for (const spec of [stateBucket(environment), ledgerBucket(environments, environment, caller)])
    await (await inspectBucket(settings, spec)).apply()
  const { iam } = clients(world)
  for (const RoleName of ['waybill-deploy-staging', 'waybill-read-staging'])
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }))
  await iam.send(new CreatePolicyCommand({ PolicyName: 'waybill-boundary-staging', PolicyDocument: policy }))
  return world
}

const document = (statement: object) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] })
const trust = document({ Principal: { Service: 'ecs.amazonaws.com' }, Action: 'sts:AssumeRole' })
const policy = document({ Action: 's3:*', Resource: '*' })

const doctor = (world: World, env: Record<string, string> = {}) =>
  world.waybill('doctor', { ENV: 'staging', JSON: '1' }, { env: { ...ofStaging(world), ...env } })

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

/** The operations, each with the right that it needs and the check that it is for. */
const rights: Record<string, [right: string, title: string]> = {
  HeadBucket: ['s3:ListBucket', 'state bucket'],
  GetBucketVersioning: ['s3:GetBucketVersioning', 'state bucket'],
  GetBucketEncryption: ['s3:GetEncryptionConfiguration', 'state bucket'],
  GetPublicAccessBlock: ['s3:GetBucketPublicAccessBlock', 'state bucket'],
  GetBucketPolicy: ['s3:GetBucketPolicy', 'state bucket'],
  GetPolicy: ['iam:GetPolicy', 'boundary waybill-boundary-staging'],
  GetRole: ['iam:GetRole', 'role waybill-deploy-staging'],
  DescribeClusters: ['ecs:DescribeClusters', 'cluster'],
  DescribeSubnets: ['ec2:DescribeSubnets', 'subnets'],
  DescribeSecurityGroups: ['ec2:DescribeSecurityGroups', 'security groups'],
  DescribeListeners: ['elasticloadbalancing:DescribeListeners', 'listener'],
  DescribeLoadBalancers: ['elasticloadbalancing:DescribeLoadBalancers', 'listener'],
  DescribeRules: ['elasticloadbalancing:DescribeRules', 'rule priorities'],
}

it('an environment with all that a first deploy needs passes, in the order in which it is set up', async () => {
  const world = await readyWorld()
  world.emulator.clearRequests()
  const { code, stdout, stderr } = await world.waybill(
    'doctor',
    { ENV: 'staging' },
    { env: ofStaging(world) },
  )
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toContain(`
  ✔ environment staging                arn:aws:iam::222222222222:user/emulator, in its account 222222222222
  ✔ state bucket                       waybill-state-222222222222-eu-central-1 is set up
  ✔ ledger bucket                      waybill-ledger-222222222222-eu-central-1 is set up
  ✔ boundary waybill-boundary-staging  exists in account 222222222222
  ✔ role waybill-deploy-staging        exists in account 222222222222
  ✔ role waybill-read-staging          exists in account 222222222222
  ✔ cluster                            services is ACTIVE
  ✔ subnets                            subnet-a, subnet-b in vpc-a
  ✔ security groups                    sg-a in vpc-a
  ✔ listener                           HTTPS on port 443 of public, in vpc-a
  ✔ rule priorities                    not taken by another rule: 10 for service-a
  ✔ versions in staging                no function has 20 versions too many
Everything is ready for a deploy to staging.
`)
  expect(operations(world.emulator).toSorted()).toEqual(
    [
      ...Object.keys(rights),
      // Of the other bucket, the other role, and the states, which tell what versions there are.
      ...Object.keys(rights).filter(name => name.includes('Bucket') || name === 'GetPublicAccessBlock'),
      ...['GetCallerIdentity', 'GetRole', 'GetObject', 'GetObject'],
    ].toSorted(),
  )
  expect(writes(world.emulator)).toEqual([])
})

it('before bootstrap, and without what the file names, every missing thing has a remedy', async () => {
  const outcome = await doctor(await bareWorld())
  expect(outcome.code).toBe(2)
  expect(trouble(outcome)).toEqual({
    'state bucket': `failed: ${states} does not exist | make bootstrap ENV=staging creates it.`,
    'ledger bucket': `failed: ${ledgers} does not exist | make bootstrap ENV=staging creates it.`,
    ...Object.fromEntries(
      ['boundary waybill-boundary-staging', 'role waybill-deploy-staging', 'role waybill-read-staging'].map(
        title => [
          title,
          'failed: does not exist in account 222222222222 | make bootstrap ENV=staging creates it.',
        ],
      ),
    ),
    cluster: `failed: services does not exist in ${where} | aws ecs create-cluster --cluster-name services --region eu-central-1 creates it; or correct cluster of staging in cdktf/environments.json.`,
    subnets: `failed: there is no subnet-a, subnet-b in ${where} | Correct network of staging in cdktf/environments.json.`,
    'security groups': `failed: there is no sg-a in ${where} | Correct network of staging in cdktf/environments.json.`,
    listener: `failed: ${listener} does not exist | Create the load balancer and its listener. Or: Correct listener of staging in cdktf/environments.json.`,
    'versions in staging': 'not checked: the check "state bucket" has to pass first',
  })
})

it('a role whose sessions are shorter than a deploy may take is reported, until bootstrap has changed it', async () => {
  const strategy = '10%/2h, 100%/30m'
  const world = await readyWorld({}, { ...files, ...zipService('service-b', { settings: { strategy } }) })
  const title = 'role waybill-deploy-staging'
  expect(trouble(await doctor(world))[title]).toBe(
    'failed: allows sessions of 1h, and a deploy of service-b can take 3h19m | make bootstrap ENV=staging makes them longer.',
  )
  const { iam } = clients(world)
  const longer = { RoleName: 'waybill-deploy-staging', MaxSessionDuration: 4 * 3600 }
  await iam.send(new UpdateRoleCommand(longer))
  expect(trouble(await doctor(world))).toEqual({})
})

it('what exists and does not fit together is reported', async () => {
  const other = { vpc: 'vpc-b', subnets: ['subnet-b'], securityGroups: ['sg-b'] }
  const network = { vpc: 'vpc-a', subnets: ['subnet-a', 'subnet-b', 'subnet-c'], securityGroups: ['sg-b'] }
  const world = await readyWorld({ network, ledger: { retentionDays: 30 } })
  const { emulator } = world
  const { ecs, s3 } = clients(world)
  emulator.makeNetwork(other, { account, region })
  emulator.makeListener(listener, { vpc: 'vpc-b' })
  const taken = emulator.makeRule(listener, { priority: 10, paths: ['/old'], groups: { 'old-app': 1 } })
  await ecs.send(new DeleteClusterCommand({ cluster: 'services' }))
  const VersioningConfiguration = { Status: 'Suspended' } as const
  await s3.send(new PutBucketVersioningCommand({ Bucket: states, VersioningConfiguration }))
  await s3.send(new DeleteBucketPolicyCommand({ Bucket: states }))
  const Policy = document({
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:DeleteObject',
    Resource: `arn:aws:s3:::${ledgers}/*`,
  })
  await s3.send(new PutBucketPolicyCommand({ Bucket: ledgers, Policy }))
  const outcome = await doctor(world)
  expect(outcome.code).toBe(2)
  expect(trouble(outcome)).toEqual({
    'state bucket': `failed: ${states} lacks versioning, policy | make bootstrap ENV=staging sets it up.`,
    'ledger bucket': `failed: ${ledgers} lacks Object Lock, policy | make bootstrap ENV=staging sets it up.`,
    cluster: expect.stringContaining(`failed: services is INACTIVE in ${where} | `),
    subnets: expect.stringContaining(
      `failed: there is no subnet-c in ${where}; subnet-b is in vpc-b, and network.vpc is vpc-a | `,
    ),
    'security groups': expect.stringContaining('failed: sg-b is in vpc-b, and network.vpc is vpc-a | '),
    listener:
      'failed: its load balancer public is in vpc-b, and network.vpc is vpc-a | Correct listener or network of staging in cdktf/environments.json.',
    'rule priorities': `failed: service-a has priority 10, which ${taken} has, a rule to old-app | Set another priority in the route of the service's service.json, or remove that rule.`,
  })
})

it("a service's own rule does not stand in its way, whichever of its target groups has the traffic", async () => {
  const world = await readyWorld()
  const groups = { 'service-a-staging': 0, 'service-a-staging-alt': 100 }
  world.emulator.makeRule(listener, { priority: 10, paths: ['/a/*'], groups })
  world.emulator.makeRule(listener, { priority: 11, paths: ['/old'], groups: { 'old-app': 1 } })
  const outcome = await doctor(world)
  expect([outcome.code, trouble(outcome)]).toEqual([0, {}])
})

it('a listener of another account or region is not asked for', async () => {
  const elsewhere = listener.replace(region, 'eu-west-1')
  const world = await readyWorld({ listener: elsewhere })
  world.emulator.clearRequests()
  expect(trouble(await doctor(world))).toEqual({
    listener: `failed: ${elsewhere} is not in ${where} | Correct listener of staging in cdktf/environments.json.`,
  })
  expect(operations(world.emulator)).not.toContain('DescribeListeners')
})

it('what the file does not name is missing for those services alone that need it', async () => {
  const nothing = { cluster: undefined, listener: undefined, network: undefined }
  const named = 'which cdktf/environments.json does not name | Add to staging there:'
  expect(trouble(await doctor(await readyWorld(nothing)))).toEqual({
    cluster: `failed: service-a needs a cluster, ${named} "cluster": "…"`,
    network: `failed: service-a, service-b need a network, ${named} "network": { "vpc": "vpc-…", "subnets": ["subnet-…"], "securityGroups": ["sg-…"] }`,
    listener: `failed: service-a needs a listener, ${named} "listener": "arn:aws:elasticloadbalancing:…"`,
  })
  const network = { ...staging.network, securityGroups: [] }
  expect(trouble(await doctor(await readyWorld({ network })))).toEqual({
    'security groups': `failed: service-b needs a security group, ${named} "securityGroups": ["sg-…"] in its network`,
  })
})

it('what no service needs is not looked at, whatever the file names', async () => {
  const world = await readyWorld({}, zipService('service-b'))
  world.emulator.clearRequests()
  expect(trouble(await doctor(world))).toEqual({})
  expect(operations(world.emulator).filter(name => name.startsWith('Describe'))).toEqual([])
})

it('a service whose settings for the environment are invalid is named, since nobody knows what it needs', async () => {
  const strategy = { type: 'canary' }
  const world = await readyWorld({}, { ...files, ...imageService('service-c', { settings: { strategy } }) })
  const outcome = await doctor(world)
  expect([outcome.code, trouble(outcome)]).toEqual([
    2,
    { 'settings of service-c': expect.stringMatching(/^failed: .*canary shifts load balancer traffic/s) },
  ])
})

it('with credentials of another account nothing but that is said, and an unknown environment is refused', async () => {
  const world = await readyWorld()
  world.emulator.clearRequests()
  const wrong = await world.waybill('doctor', { ENV: 'staging', JSON: '1' })
  expect(wrong.code).toBe(2)
  const { 'environment staging': first, ...others } = trouble(wrong)
  expect(first).toMatch(
    /^failed: these credentials do not belong to the account 222222222222 \| they belong to arn:aws:iam::111111111111:.*AWS_PROFILE/,
  )
  expect(Object.keys(others)).toHaveLength(11)
  for (const said of Object.values(others))
    expect(said).toBe('not checked: the check "environment staging" has to pass first')
  expect(operations(world.emulator)).toEqual(['GetCallerIdentity'])
  const unknown = await world.waybill('doctor', { ENV: 'qa', JSON: '1' })
  expect(trouble(unknown)).toEqual({
    'environment qa': expect.stringContaining('failed: there is no environment qa'),
  })
})

it('a missing permission is named, costs only its own check, and never passes', async () => {
  const world = await readyWorld()
  for (const [operation, [right, title]] of Object.entries(rights)) {
    const allow = world.emulator.inject({ operation, kind: 'access-denied' })
    const outcome = await doctor(world)
    allow()
    expect(outcome.code).toBe(2)
    const { [title]: said, ...others } = trouble(outcome)
    expect(said).toMatch(/^not checked: /)
    expect(said).toContain(`Grant ${right} to these credentials.`)
    const also = Object.entries(others).filter(([, one]) => !one.includes('has to pass first'))
    const twin = {
      'state bucket': ['ledger bucket'],
      'role waybill-deploy-staging': ['role waybill-read-staging'],
    }
    expect(also.map(([name]) => name)).toEqual(twin[title as keyof typeof twin] ?? [])
  }
})

const answers = ['error500', 'reset-before', 'empty-200', 'error-in-200'] as const

it.each(sample('answers of a cloud about an environment', answers, kind => kind === 'error500'))(
  'a cloud that answers with %s neither passes nor fails a check',
  async kind => {
    const world = await readyWorld()
    for (const [operation, [, title]] of Object.entries(rights)) {
      // Neither has an answer in which something could be missing.
      if (['HeadBucket', 'GetBucketVersioning'].includes(operation) && /200/.test(kind)) continue
      const clear = world.emulator.inject({ operation, kind })
      const outcome = await doctor(world, { AWS_MAX_ATTEMPTS: '1' })
      clear()
      const said = trouble(outcome)[title]
      expect([operation, outcome.code, said]).toEqual([
        operation,
        6,
        expect.stringMatching(/^not checked: .*safe to run this again/),
      ])
    }
  },
)

it('a cluster that AWS neither describes nor calls missing is not known to be missing', async () => {
  const settings = await stubAws({ clusters: [], failures: [] })
  expect(await observeCluster(settings, 'services')).toMatchObject({ error: { code: 'aws-unavailable' } })
})

it('a guardian that is named has to be deployed before other services roll out', async () => {
  const world = await readyWorld({ guardian: {} }, { ...files, ...zipService('guardian') })
  const { iam, lambda } = clients(world)
  await iam.send(new CreatePolicyCommand({ PolicyName: 'waybill-guardian-staging', PolicyDocument: policy }))
  expect(trouble(await doctor(world))).toEqual({
    guardian:
      'failed: guardian is not deployed to staging, so no other service rolls out there | Release and pin it, then: make deploy ENV=staging SERVICE=guardian',
  })
  await createTwoVersions({ iam, lambda }, { FunctionName: 'guardian-staging', Name: 'STAGING' })
  expect(trouble(await doctor(world))).toEqual({})
})
