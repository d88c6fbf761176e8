import { describe, expect, it } from 'vitest'
import { boundaryStatements } from '../../scripts/access/boundary.ts'
import { roleNamesOf } from '../../scripts/access/role-names.ts'
import type { Environment } from '../../scripts/catalogue/environments.ts'
import { environments } from '../cdktf/catalogue.ts'
import { actionsOf, knownServices } from '../emulator/iam/actions.ts'
import { allows, type PolicyStatement } from './evaluate.ts'

const known = environments(json =>
  Object.assign(json.environments, {
    own: { ...json.environments.prod, stateBucket: 'acme-states', ledger: { bucket: 'acme-ledgers' } },
  }),
)
const roleNames = roleNamesOf(known)
const { artifacts } = known
const staging = known.environments.staging as Environment
const boundary = boundaryStatements(known)

const bucket = (name: string, ...keys: string[]) =>
  [name, ...keys.map(key => `${name}/${key}`)].map(one => `arn:aws:s3:::${one}`)
const regional = (service: string, account: string, resource: string) =>
  `arn:aws:${service}:eu-central-1:${account}:${resource}`
const iam = (account: string, resource: string) => `arn:aws:iam::${account}:${resource}`

/** What Waybill keeps, and the only actions on it that a service may be given. */
const stores: readonly (readonly [what: string, resources: readonly string[], allowed: RegExp])[] = [
  [
    'the artifact bucket',
    bucket(artifacts.bucket, 'builds/service-b-x.zip', 'releases/service-b-v1.0.0.json', 'else'),
    /^s3:(Get|List)(?!.*Access)/,
  ],
  ...[artifacts.stateBucket, staging.stateBucket, 'acme-states'].map(
    name => [`the states in ${name}`, bucket(name, 'staging/x.tfstate', 'plans/staging/x'), /^$/] as const,
  ),
  ...[staging.ledger.bucket, 'acme-ledgers'].map(
    name =>
      [`the ledgers in ${name}`, bucket(name, 'ledger/staging/service-b/9999999998.json'), /^$/] as const,
  ),
  [
    'the repositories',
    [regional('ecr', artifacts.account, 'repository/service-a-image')],
    /^ecr:(BatchCheckLayerAvailability|BatchGet(Image|RepositoryScanningConfiguration)|(Describe|Get|List)(?!\w*(AccountSetting|Regist|Replication|Rule|Template|Exclusion|SigningConf)))/,
  ],
  [
    'the roles',
    [
      iam(artifacts.account, `role/${roleNames.build}`),
      iam(staging.account, `role/${roleNames.deploy('staging')}`),
      iam(staging.account, 'role/service-b-staging'),
      iam(staging.account, 'role/administrator'),
      iam(staging.account, 'policy/waybill-boundary-staging'),
      iam(staging.account, 'oidc-provider/token.actions.githubusercontent.com'),
    ],
    /^$/,
  ],
  [
    'functions and aliases',
    ['', ':live', ':7'].map(end => regional('lambda', staging.account, `function:service-b-staging${end}`)),
    /^lambda:(Get|Invoke|List|SendDurable)/,
  ],
  [
    'ECS services',
    ['service/shared/a-staging', 'task-definition/a-staging:3', 'task/shared/1', 'cluster/shared'].map(one =>
      regional('ecs', staging.account, one),
    ),
    /^ecs:(Describe|Get|List|UpdateTaskProtection$)/,
  ],
  [
    'state machines',
    [regional('states', staging.account, 'stateMachine:a-staging-nightly')],
    /^states:(Describe|Get|List|Send|Start(Execution|SyncExecution)|Stop)/,
  ],
  [
    'alarms',
    [regional('cloudwatch', staging.account, 'alarm:service-b-staging-errors')],
    /^cloudwatch:(Describe|List)/,
  ],
]

/** All actions of a resource's service; for a role also those that take it. */
function actionsOn(resource: string): string[] {
  const service = resource.split(':')[2] ?? ''
  const own = resource.includes(':role/') ? ['iam', 'sts'] : [service]
  return own.flatMap(name => (actionsOf(`${name}:*`) ?? []).map(action => `${name}:${action}`))
}

function allowedOn(statements: readonly PolicyStatement[], resources: readonly string[]): string[] {
  const all = resources.flatMap(resource =>
    actionsOn(resource).filter(action => allows(statements, { action, resource })),
  )
  return [...new Set(all)]
}

describe('the boundary of the roles of services', () => {
  it.each(stores)('leaves of %s only what changes nothing', (_, resources, allowed) => {
    expect(resources.flatMap(actionsOn).length).toBeGreaterThan(35)
    expect(allowedOn(boundary, resources).filter(action => !allowed.test(action))).toEqual([])
  })

  it('needs each of its denials for that', () => {
    const denials = boundary.filter(({ Effect }) => Effect === 'Deny')
    expect(denials.length).toBeGreaterThan(3)
    for (const denial of denials) {
      const others = boundary.filter(one => one !== denial)
      const more = stores.flatMap(([, resources, allowed]) =>
        allowedOn(others, resources).filter(action => !allowed.test(action)),
      )
      expect([denial.Sid, more.length > 0]).toEqual([denial.Sid, true])
    }
  })

  // AWS knows no resource for these, so a policy on the stores cannot deny them.
  it.each([
    'codebuild:StartBuild',
    'codepipeline:StartPipelineExecution',
    'cloudformation:UpdateStack',
    's3:CreateAccessPoint',
    's3:PutAccessPointPolicy',
    's3:CreateJob',
    's3:PutAccountPublicAccessBlock',
    'ecr:PutRegistryPolicy',
    'ecr:PutReplicationConfiguration',
    'sts:AssumeRoot',
  ])('allows no %s at all', action => {
    expect(allows(boundary, { action, resource: '*' })).toBe(false)
  })

  it.each([
    ['sqs:SendMessage', regional('sqs', staging.account, 'parcels')],
    ['s3:PutObject', 'arn:aws:s3:::acme-parcels/x'],
    ['s3:GetObject', `arn:aws:s3:::${artifacts.bucket}/releases/x`],
    ['ecr:GetAuthorizationToken', '*'],
    ['ecr:GetDownloadUrlForLayer', regional('ecr', artifacts.account, 'repository/service-a-image')],
    ['logs:PutLogEvents', regional('logs', staging.account, 'log-group:/ecs/service-a-staging:log-stream:x')],
    ['cloudwatch:PutMetricData', '*'],
    ['lambda:InvokeFunction', regional('lambda', staging.account, 'function:service-b-staging:live')],
    ['elasticloadbalancing:ModifyRule', '*'],
    // A partner's role, which decides itself whom it trusts.
    ['sts:AssumeRole', iam('999999999999', 'role/partner')],
    ['sts:GetCallerIdentity', '*'],
  ])('lets a service be given %s on %s', (action, resource) => {
    expect(allows(boundary, { action, resource })).toBe(true)
  })

  it('lets only the role of schedules start tasks, and pass roles to them', () => {
    const of = (role: string) => ({ 'aws:PrincipalArn': iam(staging.account, `role/${role}`) })
    const task = regional('ecs', staging.account, 'task-definition/a-staging:3')
    const pass = { action: 'iam:PassRole', resource: iam(staging.account, 'role/a-staging') }
    const to = (service: string) => ({ 'iam:PassedToService': service })
    for (const action of ['ecs:RunTask', 'ecs:StopTask', 'ecs:TagResource']) {
      const asked = { action, resource: task }
      expect(allows(boundary, { ...asked, context: of('a-staging-schedule') })).toBe(true)
      for (const role of ['a-staging', 'a-staging-execution', 'a-staging-scheduler'])
        expect(allows(boundary, { ...asked, context: of(role) })).toBe(false)
    }
    const tasks = to('ecs-tasks.amazonaws.com')
    expect(allows(boundary, { ...pass, context: { ...of('a-staging-schedule'), ...tasks } })).toBe(true)
    expect(allows(boundary, { ...pass, context: { ...of('a-staging'), ...tasks } })).toBe(false)
    const lambda = to('lambda.amazonaws.com')
    expect(allows(boundary, { ...pass, context: { ...of('a-staging-schedule'), ...lambda } })).toBe(false)
    const update = { action: 'ecs:UpdateService', resource: regional('ecs', staging.account, 'service/x/a') }
    expect(allows(boundary, { ...update, context: of('a-staging-schedule') })).toBe(false)
  })

  it.each([5, 60, 200])('fits into a managed policy with %d environments in as many accounts', count => {
    const many = environments(json => {
      const { prod } = json.environments
      for (let index = 0; index < count; index += 1)
        json.environments[`e${index}`] = { ...prod, account: String(400_000_000_000 + index) }
    })
    const text = JSON.stringify({ Version: '2012-10-17', Statement: boundaryStatements(many) })
    expect(text.length).toBeLessThanOrEqual(6144)
    const resource = iam('400000000003', 'role/administrator')
    expect(allows(boundaryStatements(many), { action: 'sts:AssumeRole', resource })).toBe(false)
  })

  it('was asked about every service whose actions are known', () => {
    const asked = stores
      .flatMap(([, resources]) => resources.flatMap(actionsOn))
      .map(one => one.split(':')[0])
    expect(new Set(asked)).toEqual(new Set(knownServices))
  })
})
