import { describe, expect, it } from 'vitest'
import { boundaryArn } from '../../scripts/access/boundary.ts'
import { guardianBoundary, guardianBoundaryArn, guardianStatements } from '../../scripts/access/guardian.ts'
import { environmentRoles } from '../../scripts/access/roles.ts'
import type { Environment } from '../../scripts/catalogue/environments.ts'
import { guardianSettings } from '../../scripts/catalogue/guardian-settings.ts'
import { noticeSettings } from '../../scripts/catalogue/notice-settings.ts'
import { environments as parsed, sampleServices } from '../cdktf/catalogue.ts'
import { actionsOf, knownServices } from '../emulator/iam/actions.ts'
import { allows, type PolicyStatement } from './evaluate.ts'

/* What a guardian may do, asked for every action of the services that Waybill uses. */

const [plain, stepping] = [{}, { steps: 'guardian' }].map(one => guardianSettings.parse(one))
const environments = parsed(json => {
  Object.assign(json.environments.staging ?? {}, { guardian: {} })
  Object.assign(json, { github: { repository: 'acme/parcels' } })
})
const staging = environments.environments.staging as Environment
const { artifacts } = environments
const scope = { name: 'staging', environment: staging, artifacts }
const own = guardianStatements(scope, plain as NonNullable<typeof plain>)
const withSteps = guardianStatements(scope, stepping as NonNullable<typeof stepping>)

const everyAction = knownServices.flatMap(service =>
  (actionsOf(`${service}:*`) ?? []).map(name => `${service}:${name}`),
)
const allowed = (statements: readonly PolicyStatement[], resource: string, context = {}) =>
  everyAction.filter(action => allows(statements, { action, resource, context })).toSorted()
const here = (service: string, resource: string) =>
  `arn:aws:${service}:eu-central-1:${staging.account}:${resource}`

const resources: readonly (readonly [string, string, readonly string[], readonly string[]])[] = [
  [
    'a function',
    here('lambda', 'function:quotes-staging'),
    ['lambda:GetAlias', 'lambda:UpdateAlias'],
    ['lambda:GetFunction'],
  ],
  [
    'a version of one',
    here('lambda', 'function:quotes-staging:7'),
    [],
    ['lambda:GetFunction', 'lambda:InvokeFunction'],
  ],
  ['a function of prod', here('lambda', 'function:quotes-prod'), [], []],
  [
    'a function of another account',
    'arn:aws:lambda:eu-central-1:333333333333:function:quotes-staging',
    [],
    [],
  ],
  [
    'an entry of the ledger',
    `arn:aws:s3:::${staging.ledger.bucket}/ledger/staging/quotes/9999999998.json`,
    ['s3:GetObject', 's3:PutObject'],
    [],
  ],
  ['an entry of prod', `arn:aws:s3:::${staging.ledger.bucket}/ledger/prod/quotes/9999999998.json`, [], []],
  ['the ledger itself', `arn:aws:s3:::${staging.ledger.bucket}`, ['s3:ListBucket'], []],
  ['a state', `arn:aws:s3:::${staging.stateBucket}/staging/quotes.tfstate`, [], []],
  ['a release', `arn:aws:s3:::${environments.artifacts.bucket}/releases/quotes-v1.0.0.json`, [], []],
  ['the store', `arn:aws:s3:::${environments.artifacts.bucket}`, [], []],
  ['an image', `arn:aws:ecr:eu-central-1:${environments.artifacts.account}:repository/web-image`, [], []],
  ['a role', `arn:aws:iam::${staging.account}:role/quotes-staging`, [], []],
  ['an alarm', here('cloudwatch', 'alarm:quotes-staging-errors'), [], ['cloudwatch:DescribeAlarms']],
  [
    'a service of ECS',
    here('ecs', 'service/services/web-staging'),
    ['ecs:DescribeServices', 'ecs:ListServiceDeployments', 'ecs:UpdateService'],
    [],
  ],
  [
    'a deployment of ECS',
    here('ecs', 'service-deployment/services/web-staging/1'),
    ['ecs:StopServiceDeployment'],
    ['ecs:ContinueServiceDeployment', 'ecs:DescribeServiceDeployments'],
  ],
  ['a task', here('ecs', 'task/services/1'), [], ['ecs:DescribeTasks']],
]

describe('a guardian may do to', () => {
  // Its statements without a resource are for metrics alone, and those of a cluster's tasks need a condition.
  const anywhere = ['cloudwatch:GetMetricData']
  it.each(resources)('%s only what sends back, and with steps what goes on', (_, resource, back, more) => {
    expect(allowed(own, resource)).toEqual(back)
    const forward = allowed(withSteps, resource).filter(action => !anywhere.includes(action))
    expect(forward).toEqual([...back, ...more].toSorted())
  })

  it('channels of notices only what announces, in its own environment', () => {
    const [topic, webhook] = [here('sns', 'ends'), here('secretsmanager', 'secret:hook-AbCdEf')]
    const notices = noticeSettings.parse({ topic, webhook })
    const announcing = guardianStatements(
      { ...scope, environment: { ...staging, notices } },
      plain as NonNullable<typeof plain>,
    )
    const marker = (environment: string) =>
      `arn:aws:s3:::${staging.ledger.bucket}/notices/${environment}/quotes/1/topic.json`
    const may = (action: string, resource: string) => allows(announcing, { action, resource, context: {} })
    expect([may('sns:Publish', topic), may('sns:Publish', here('sns', 'others'))]).toEqual([true, false])
    expect([may('sns:DeleteTopic', topic), may('sns:SetTopicAttributes', topic)]).toEqual([false, false])
    const [read, put] = ['secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue']
    expect([may(read, webhook), may(put, webhook)]).toEqual([true, false])
    expect(allowed(announcing, marker('staging'))).toEqual(['s3:GetObject', 's3:PutObject'])
    expect(allowed(announcing, marker('prod'))).toEqual([])
  })

  it('the names of yank markers only with steps, and nothing that is in them', () => {
    const store = `arn:aws:s3:::${artifacts.bucket}`
    const list = (statements: readonly PolicyStatement[], prefix: string) =>
      allowed(statements, store, { 's3:prefix': prefix }).filter(action => !anywhere.includes(action))
    const marker = 'releases/yanked/quotes-v1.0.0.json'
    expect([list(own, marker), list(withSteps, marker)]).toEqual([[], ['s3:ListBucket']])
    expect([list(withSteps, ''), list(withSteps, 'releases/')]).toEqual([[], []])
    expect(allowed(withSteps, `${store}/${marker}`).filter(one => !anywhere.includes(one))).toEqual([])
  })

  it('no more within its boundary, but for its own log', () => {
    const { guardian } = staging
    if (guardian === undefined) return expect.fail('there is none')
    const boundary = guardianBoundary(scope, guardian)
    for (const [, resource, back] of resources) expect(allowed(boundary, resource)).toEqual(back)
    expect(boundary.at(-1)?.Resource).toEqual([here('logs', 'log-group:/aws/lambda/guardian-staging:*')])
  })
})

describe('a deploy of staging', () => {
  const [deploy] = environmentRoles(environments, 'staging', sampleServices())
  const rights = [...(deploy?.scripts ?? []), ...(deploy?.terraform ?? [])]
  const role = (name: string) => `arn:aws:iam::${staging.account}:role/${name}`
  const place = { ...environments, name: 'staging', environment: staging }
  const create = (name: string, boundary: string) =>
    allows(rights, {
      action: 'iam:CreateRole',
      resource: role(name),
      context: { 'iam:PermissionsBoundary': boundary },
    })

  it('creates the role of the guardian within its own boundary, and no other role', () => {
    expect(create('guardian-staging', guardianBoundaryArn(place))).toBe(true)
    expect(create('quotes-staging', guardianBoundaryArn(place))).toBe(false)
    expect(create('quotes-staging', boundaryArn(place))).toBe(true)
    expect(create('guardian-staging-scheduler', boundaryArn(place))).toBe(true)
  })

  it('makes schedules for its own rollouts, with the role that may only call the guardian', () => {
    const schedule = (name: string) =>
      allows(rights, {
        action: 'scheduler:CreateSchedule',
        resource: here('scheduler', `schedule/default/${name}`),
      })
    expect([
      schedule('waybill.staging.quotes.7'),
      schedule('waybill.prod.quotes.7'),
      schedule('others'),
    ]).toEqual([true, false, false])
    const pass = (name: string) =>
      allows(rights, {
        action: 'iam:PassRole',
        resource: role(name),
        context: { 'iam:PassedToService': 'scheduler.amazonaws.com' },
      })
    expect([pass('guardian-staging-scheduler'), pass('waybill-deploy-staging')]).toEqual([true, false])
  })

  it('cannot change what its guardian may do at most', () => {
    const policy = guardianBoundaryArn(place)
    for (const action of ['iam:CreatePolicyVersion', 'iam:DeletePolicy'])
      expect(allows(rights, { action, resource: policy })).toBe(false)
  })
})
