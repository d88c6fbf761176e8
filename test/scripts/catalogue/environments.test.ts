import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { findEnvironment, mainBranch, parseEnvironments } from '../../../scripts/catalogue/environments.ts'
import { environmentsSchema } from '../../../scripts/catalogue/environments-schema.ts'
import { userError } from '../samples.ts'

const root = new URL('../../../', import.meta.url)
const source = { name: 'cdktf/environments.json', remedy: 'Correct it.' }
const parse = (value: unknown) => parseEnvironments(JSON.stringify(value), source)

const place = { account: '111111111111', region: 'eu-central-1' }
const artifacts = { ...place, bucket: 'waybill-artifacts' }
const valid = { artifacts, environments: { staging: place } }
const staging = (more: object) => ({ artifacts, environments: { staging: { ...place, ...more } } })
const store = (more: object) => ({ ...valid, artifacts: { ...artifacts, ...more } })

it('by default releases come from main, deploys are manual and pre-releases may be pinned', () => {
  const stateBucket = `waybill-state-${place.account}-${place.region}`
  const ledger = { bucket: `waybill-ledger-${place.account}-${place.region}` }
  expect(parse(valid)).toEqual({
    prefix: 'waybill',
    releaseBranches: ['main'],
    artifacts: { ...artifacts, putImagePerSecond: 10, requiredReferrers: [], stateBucket },
    quotas: { rolesPerAccount: 1000, rulesPerBalancer: 100, trustPolicyCharacters: 2048 },
    environments: {
      staging: {
        ...place,
        deploy: 'manual',
        preReleases: true,
        keepRevisions: 20,
        stateBucket,
        ledger,
        policies: { deploy: [], read: [] },
      },
    },
  })
})

it.each([
  { ...valid, releaseBranches: ['trunk', 'hotfix/*', 'v*.x'], $schema: 'x' },
  { artifacts, environments: {} },
  store({ bucket: 'a.b-c' }),
  store({ region: 'us-gov-west-1' }),
  staging({ deploy: 'auto', preReleases: false, cluster: 'main' }),
  staging({ role: 'arn:aws-us-gov:iam::111111111111:role/ci/deploy@prod' }),
  staging({ network: { vpc: 'vpc-0a', subnets: ['subnet-0b', 'subnet-1c'], securityGroups: ['sg-2d'] } }),
])('keeps %j as written', value => {
  expect(parse(value)).toMatchObject(value)
})

it('state buckets begin with the prefix, unless they are named', () => {
  const { artifacts, environments } = parse({
    ...valid,
    prefix: 'waybill-parcels',
    environments: { staging: place, prod: { ...place, stateBucket: 'acme-states' } },
  })
  const usual = `waybill-parcels-state-${place.account}-${place.region}`
  expect(artifacts.stateBucket).toBe(usual)
  expect([environments.staging?.stateBucket, environments.prod?.stateBucket]).toEqual([usual, 'acme-states'])
})

it('pins go to the first release branch', () => {
  expect(mainBranch(parse({ ...valid, releaseBranches: ['trunk', 'hotfix/*'] }))).toBe('trunk')
})

const account = 'must be an AWS account id of 12 digits, in quotes'
const region = 'must be an AWS region such as eu-central-1'
const bucket = 'artifacts.bucket: must be the name of an S3 bucket'
const role = 'environments.staging.role: must be the ARN of an IAM role'
const network = { vpc: 'vpc-0a', subnets: ['subnet-0b'] }

const faulty: [value: unknown, fault: string][] = [
  [null, 'must be an object, not null'],
  ...['parcels', 'waybill-', 'waybillx', 'waybill-Parcels', 'waybill_x', 'waybill-x\n', 'waybill-*', '']
    // Their roles could not be told from those of waybill in an environment called build, or read.
    .concat(['waybill-read', 'waybill-deploy-x', 'waybill-x-build', 'waybill-boundary', 'waybill-state-1'])
    .map((prefix): [unknown, string] => [{ ...valid, prefix }, 'prefix: must be waybill or waybill-<name>']),
  [
    { ...valid, prefix: `waybill-${'a'.repeat(24)}` },
    'artifacts.stateBucket: waybill-aaaaaaaaaaaaaaaaaaaaaaaa-state-',
  ],
  [{ environments: {} }, 'artifacts: is missing: it must be an object'],
  [{ artifacts }, 'environments: is missing: it must be an object'],
  [{ ...valid, environment: {} }, 'Unrecognized key: "environment"'],
  [store({ account: '1' }), `artifacts.account: ${account}`],
  [store({ account: '111111111111\n' }), `artifacts.account: ${account}`],
  [store({ account: 111111111111 }), 'artifacts.account: must be a string, not a number'],
  [store({ region: 'Frankfurt' }), `artifacts.region: ${region}`],
  [store({ region: 'eu-central-1a' }), `artifacts.region: ${region}`],
  ...['AB', 'ab', 'a..b', '-ab', 'ab-', 'a_b', 'a/b', 'a'.repeat(64)].map((name): [unknown, string] => [
    store({ bucket: name }),
    bucket,
  ]),
  [store({ prefix: 'x' }), 'artifacts: Unrecognized key: "prefix"'],
  [staging({ account: '1' }), `environments.staging.account: ${account}`],
  [staging({ region: '' }), `environments.staging.region: ${region}`],
  [staging({ regoin: '' }), 'environments.staging: Unrecognized key: "regoin"'],
  [staging({ deploy: 'never' }), 'environments.staging.deploy: Invalid option'],
  [staging({ preReleases: 'no' }), 'environments.staging.preReleases: must be true or false, not a string'],
  [staging({ role: 'deploy' }), role],
  [staging({ role: 'arn:aws:iam::111111111111:user/me' }), role],
  [staging({ cluster: '' }), 'environments.staging.cluster: must be the name of an ECS cluster'],
  ...[artifacts.bucket, `waybill-state-${place.account}-${place.region}`].map((bucket): [unknown, string] => [
    staging({ ledger: { bucket } }),
    `environments.staging.ledger.bucket: ${bucket} holds states or artifacts: a ledger needs a bucket of its own`,
  ]),
  [
    staging({ network: { ...network, vpc: 'vpc' } }),
    'environments.staging.network.vpc: must be the id of a VPC',
  ],
  [staging({ network: { vpc: 'vpc-0a', subnets: [] } }), 'environments.staging.network.subnets: Too small'],
  [staging({ network: { ...network, subnets: ['x'] } }), 'network.subnets.0: must be the id of a subnet'],
  [
    staging({ network: { ...network, securityGroups: ['x'] } }),
    'network.securityGroups.0: must be the id of a security group',
  ],
  [{ artifacts, environments: { Staging: place } }, 'environments.Staging: must be a name such as staging'],
  [{ artifacts, environments: { 'a/b': place } }, 'environments.a/b: must be a name such as staging'],
  ...['access', 'plans'].map((name): [unknown, string] => [
    { artifacts, environments: { [name]: place } },
    `environments.${name}: is reserved: Waybill uses a folder of this name in the state bucket`,
  ]),
  [{ ...valid, releaseBranches: [] }, 'releaseBranches: Too small'],
  [
    { ...valid, releaseBranches: ['hotfix/*'] },
    'releaseBranches: the first one must be a branch, not a pattern',
  ],
  ...[
    '',
    '-x',
    '/x',
    'x/',
    '.x',
    'x.',
    'x.lock',
    'a..b',
    'a//b',
    'a b',
    'a$(id)',
    'a\n',
    '\u202emain',
    'a:b',
    'hotfix/**',
  ].map((name): [unknown, string] => [
    { ...valid, releaseBranches: [name] },
    'releaseBranches.0: must be a branch, * allowed',
  ]),
]

it.each(faulty)('refuses %j: %s', (value, fault) => {
  const error = userError(() => parse(value))
  expect(error.message).toMatch(/^cdktf\/environments\.json is not valid:\n/)
  expect(error.message).toContain(fault)
  expect(error).toMatchObject({ ending: 'badInput', remedy: 'Correct it.' })
})

it('reports every fault of a file at once', () => {
  const { message } = userError(() =>
    parse({
      releaseBranches: ['*'],
      artifacts: { ...artifacts, bucket: 'X', region: 'x' },
      environments: { Prod: place, staging: { account: 1, region: 'eu-central-1', network: {} } },
      owner: 'me',
    }),
  )
  expect(message.split('\n').slice(1)).toEqual([
    '  releaseBranches: the first one must be a branch, not a pattern',
    `  artifacts.region: ${region}`,
    `  ${bucket}`,
    '  environments.Prod: must be a name such as staging',
    '  environments.staging.account: must be a string, not a number',
    '  environments.staging.network.vpc: is missing: it must be a string',
    '  environments.staging.network.subnets: is missing: it must be a list',
    '  Unrecognized key: "owner"',
  ])
})

it('the environments of this repository are valid', () => {
  const text = readFileSync(new URL('cdktf/environments.json', root), 'utf8')
  const environments = parseEnvironments(text, source)
  expect(mainBranch(environments)).toBe('main')
  expect(Object.keys(environments.environments)).toEqual(['staging', 'prod'])
})

it('the JSON Schema for editors is up to date (node scripts/schemas.ts writes it)', () => {
  const schema = z.toJSONSchema(environmentsSchema, { io: 'input' })
  const written = readFileSync(new URL('docs/schemas/environments.schema.json', root), 'utf8')
  expect(written).toBe(`${JSON.stringify(schema, null, 2)}\n`)
})

it('an environment that does not exist is told from those that do, with the one that was meant', () => {
  const environments = parse({ ...valid, environments: { staging: place, prod: place } })
  expect(userError(() => findEnvironment(environments, 'stagin'))).toMatchObject({
    code: 'environment-unknown',
    remedy: 'Did you mean staging? cdktf/environments.json has: staging, prod',
  })
  expect(userError(() => findEnvironment(environments, 'nowhere')).remedy).toBe(
    'cdktf/environments.json has: staging, prod',
  )
})

it.each([
  [{ staging: 'staging' }, /environments\.staging\.after: is this environment itself/],
  [{ staging: 'tset' }, /environments\.staging\.after: there is no environment tset/],
  [{ staging: 'prod', prod: 'staging' }, /environments\.prod\.after: is a cycle: prod → staging → prod/],
  [
    { staging: 'prod', prod: 'test', test: 'staging' },
    /environments\.staging\.after: is a cycle: staging → prod → test → staging/,
  ],
])('an order of environments such as %o is refused', (order, fault) => {
  const afters: Record<string, string | undefined> = order
  const named = ['staging', 'prod', 'test'].map(name => [name, { ...place, after: afters[name] }])
  expect(userError(() => parse({ artifacts, environments: Object.fromEntries(named) })).message).toMatch(
    fault,
  )
})

it('defaults of an environment are on top of those for all', () => {
  const all = { 'lambda-zip': { memory: 512, tags: { team: 'freight' } }, 'lambda-image': { memory: 1024 } }
  const own = { 'lambda-zip': { timeout: 9, tags: { tier: 'one' } } }
  const parsed = parse({ ...staging({ defaults: own }), defaults: all })
  expect(findEnvironment(parsed, 'staging').defaults).toEqual({
    'lambda-zip': { memory: 512, timeout: 9, tags: { team: 'freight', tier: 'one' } },
    'lambda-image': { memory: 1024 },
  })
})

it('a fault in defaults is one of environments.json', () => {
  const faulty = { 'lambda-zip': { memory: 1, tracng: 'Active' }, lambda: {} }
  const { message } = userError(() => parse({ ...valid, defaults: faulty }))
  expect(message).toContain('defaults.lambda-zip.memory: ')
  expect(message).toContain('defaults.lambda-zip: Unrecognized key: "tracng" (did you mean "tracing"?)')
  expect(message).toContain('defaults: Unrecognized key: "lambda"')
})
