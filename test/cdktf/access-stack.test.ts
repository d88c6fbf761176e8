import { describe, expect, it } from 'vitest'
import { roleTypes } from '../../scripts/access/boundary.ts'
import { environmentScope } from '../../scripts/access/environment.ts'
import { resourceRights } from '../../scripts/access/resource-rights.ts'
import { allows, type PolicyStatement } from '../access/evaluate.ts'
import { userError } from '../scripts/samples.ts'
import { environments, pinned, sampleServices, services } from './catalogue.ts'
import { fullFunctions } from './examples/every-lambda-setting.ts'
import { addresses, resource, type Stack, statements, statementsOf, synthesized } from './synthesized.ts'

const repository = 'acme/parcels'
const ids = { repositoryId: '4711', ownerId: '12' }
const known = environments(json => Object.assign(json, { github: { repository, ...ids } }))
const access = { artifacts: true, environments: ['staging', 'prod'] }
const all = synthesized({ ...pinned(sampleServices(), known), access })
const [own, staging, prod] = ['access', 'access-staging', 'access-prod'].map(id => all[id]) as [
  Stack,
  Stack,
  Stack,
]

const trustOf = (stack: Stack, name: string) =>
  statements(resource(stack, `aws_iam_role.${name}`), 'assume_role_policy') as unknown as PolicyStatement[]
const rightsOf = (stack: Stack, role: string) => statementsOf(stack, role) as unknown as PolicyStatement[]

it('matches the snapshot', () => {
  expect({ access: own, 'access-staging': staging }).toMatchSnapshot()
})

it("environments.json can give CI's roles managed policies of the account", () => {
  const arns = ['queues', 'tables'].map(name => `arn:aws:iam::222222222222:policy/${name}`)
  const places = environments(json => {
    Object.assign(json, { github: { repository, ...ids } })
    Object.assign(json.environments.staging as object, { policies: { deploy: arns, read: [arns[0]] } })
  })
  const made = synthesized({ ...pinned(sampleServices(), places), access })['access-staging'] as Stack
  const attached = Object.values(made.resource.aws_iam_role_policy_attachment ?? {})
  const of = (role: string) =>
    attached
      .filter(one => one.role === `\${aws_iam_role.${role}.name}`)
      .map(({ policy_arn }) => policy_arn)
      .filter(arn => arns.includes(String(arn)))
  expect(of('waybill-deploy-staging')).toEqual(arns)
  expect(of('waybill-read-staging')).toEqual([arns[0]])
})

it('the deploy role allows sessions as long as the longest deploy to its environment, and at most 12 hours', () => {
  const zip = (strategy: string) => ({ kind: 'lambda-zip', environments: { prod: { strategy } } })
  const allowed = (strategy: string) => {
    const stacks = synthesized({ ...pinned(services({ 'service-b': zip(strategy) }), known), access })
    return ['staging', 'prod'].map(
      name =>
        resource(stacks[`access-${name}`] as Stack, `aws_iam_role.waybill-deploy-${name}`)
          .max_session_duration,
    )
  }
  expect(allowed('AllAtOnce')).toEqual([3600, 3600])
  expect(allowed('5%/15m, 25%/30m, 50%/1h, 100%/10m')).toEqual([3600, 3 * 3600])
  expect(allowed('10%/13h, 100%/10m')).toEqual([3600, 12 * 3600])
  expect(resource(prod, 'aws_iam_role.waybill-read-prod').max_session_duration).toBeUndefined()
})

it('the reader of the artifact account sees what runs in environments there, and in no other account', () => {
  const place = environments(json => {
    Object.assign(json, { github: { repository } })
    if (json.environments.staging !== undefined) json.environments.staging.account = '111111111111'
  })
  const stacks = synthesized({ ...pinned(sampleServices(), place), access })
  const can = (stack: Stack | undefined, action: string, resource: string) =>
    allows(rightsOf(stack as Stack, 'waybill-read'), { action, resource })
  const state = 'arn:aws:s3:::waybill-state-111111111111-eu-central-1/staging/service-b.tfstate'
  const version = 'arn:aws:lambda:eu-central-1:111111111111:function:service-b-staging:2'
  expect(can(stacks.access, 's3:GetObject', state)).toBe(true)
  expect(can(stacks.access, 's3:PutObject', state)).toBe(false)
  expect(can(stacks.access, 'lambda:GetFunction', version)).toBe(true)
  expect(can(stacks.access, 'lambda:GetFunction', version.replace('staging', 'prod'))).toBe(false)
  expect(can(own, 's3:GetObject', state)).toBe(false)
  expect(can(own, 'lambda:GetFunction', version)).toBe(false)
})

it('each account has its own state for the roles, and one identity provider', () => {
  expect(own.terraform.backend).toMatchObject({
    s3: { key: 'access.tfstate', bucket: 'waybill-state-111111111111-eu-central-1' },
  })
  expect(prod.terraform.backend).toMatchObject({
    s3: { key: 'access/prod.tfstate', allowed_account_ids: ['333333333333'] },
  })
  for (const stack of [own, staging, prod])
    expect(resource(stack, 'aws_iam_openid_connect_provider.github')).toMatchObject({
      url: 'https://token.actions.githubusercontent.com',
      client_id_list: ['sts.amazonaws.com'],
      lifecycle: { prevent_destroy: true },
    })
})

it('environments in one account share an identity provider, and an existing one is not created again', () => {
  const shared = (change: (json: Parameters<NonNullable<Parameters<typeof environments>[0]>>[0]) => void) => {
    const places = environments(json => {
      Object.assign(json, { github: { repository } })
      change(json)
    })
    const stacks = synthesized({ ...pinned(sampleServices(), places), access })
    return ['access', 'access-staging', 'access-prod'].filter(id =>
      addresses(stacks[id]).includes('aws_iam_openid_connect_provider.github'),
    )
  }
  const inOne = (account: string) =>
    shared(json => {
      for (const one of Object.values(json.environments)) one.account = account
    })
  expect(inOne('222222222222')).toEqual(['access', 'access-staging'])
  expect(inOne('111111111111')).toEqual(['access'])
  const made = { repository, providerIn: ['111111111111', '333333333333'] }
  expect(shared(json => Object.assign(json, { github: made }))).toEqual(['access-staging'])
})

type Claims = { sub: string; job_workflow_ref: string; aud?: string; repository_id?: string }

/** Whether a job with these claims in its token may assume a role. */
function mayTake(stack: Stack, name: string, claims: Claims): boolean {
  const whole = { aud: 'sts.amazonaws.com', repository_id: ids.repositoryId, ...claims }
  const entries = Object.entries(whole).map(([key, value]) => [
    `token.actions.githubusercontent.com:${key}`,
    value,
  ])
  return allows(trustOf(stack, name), {
    action: 'sts:AssumeRoleWithWebIdentity',
    context: Object.fromEntries(entries),
  })
}

const sub = (end: string) => `repo:${repository}:${end}`
const subWithIds = (end: string) => `repo:acme@12/parcels@4711:${end}`
const file = (name: string, ref = 'refs/heads/main') => `${repository}/.github/workflows/${name}@${ref}`
const main = 'ref:refs/heads/main'
const tag = 'ref:refs/tags/service-a-v1.1.0'

describe('who may assume a role', () => {
  it.each<[string, string, string]>([
    ['waybill-build', main, file('build.yml')],
    ['waybill-build', 'ref:refs/heads/hotfix/1.0', file('build.yml', 'refs/heads/hotfix/1.0')],
    ['waybill-release', tag, file('release-run.yml')],
    ['waybill-release', tag, file('pin-run.yml')],
    ['waybill-release', main, file('release-run.yml')],
    ['waybill-read', tag, file('bring-run.yml')],
    ['waybill-read', main, file('bring-run.yml')],
    ['waybill-read', main, file('reconcile.yml')],
    ['waybill-deploy-staging', 'environment:staging', file('deploy-run.yml')],
    ['waybill-read-staging', tag, file('deploy-run.yml')],
    ['waybill-read-staging', main, file('reconcile.yml')],
  ])('%s: %s of %s, with either form of the subject', (name, end, job_workflow_ref) => {
    const stack = name.endsWith('staging') ? staging : own
    expect(mayTake(stack, name, { sub: sub(end), job_workflow_ref })).toBe(true)
    expect(mayTake(stack, name, { sub: subWithIds(end), job_workflow_ref })).toBe(true)
  })

  it.each<[string, string, string]>([
    ['waybill-build', 'ref:refs/heads/topic', file('build.yml', 'refs/heads/topic')],
    ['waybill-build', 'pull_request', file('build.yml', 'refs/pull/1/merge')],
    ['waybill-build', main, file('release-run.yml')],
    ['waybill-build', 'ref:refs/heads/mainly', file('build.yml')],
    // No ruleset protects hotfix/* there.
    ['waybill-build', 'ref:refs/heads/hotfix/1/2', file('build.yml', 'refs/heads/hotfix/1/2')],
    // The tagger controls the workflow file in the tagged commit.
    ['waybill-release', tag, file('release.yml', 'refs/tags/service-a-v1.1.0')],
    ['waybill-release', tag, file('release-run.yml', 'refs/tags/service-a-v1.1.0')],
    ['waybill-release', 'ref:refs/heads/topic', file('release-run.yml')],
    ['waybill-release', main, file('build.yml')],
    // No ruleset protects *-v* either.
    ['waybill-release', 'ref:refs/tags/evil/x-v1', file('pin-run.yml')],
    ['waybill-release', 'ref:refs/tags/x-v1/y', file('pin-run.yml')],
    ['waybill-release', main, file('reconcile.yml')],
    ['waybill-read', 'pull_request', file('check.yml', 'refs/pull/1/merge')],
    ['waybill-read', main, file('anything.yml')],
    ['waybill-read', 'ref:refs/heads/hotfix/1', file('reconcile.yml', 'refs/heads/hotfix/1')],
    ['waybill-deploy-staging', 'environment:prod', file('deploy-run.yml')],
    ['waybill-deploy-staging', 'environment:staging-approval', file('deploy-run.yml')],
    ['waybill-deploy-staging', main, file('deploy-run.yml')],
    ['waybill-deploy-staging', 'environment:staging', file('other.yml')],
    ['waybill-deploy-staging', 'environment:staging', file('deploy-run.yml', 'refs/heads/topic')],
    ['waybill-read-staging', tag, file('release.yml', 'refs/tags/service-a-v1.1.0')],
    ['waybill-read-staging', 'ref:refs/tags/evil/x-v1', file('deploy-run.yml')],
    ['waybill-read-staging', 'ref:refs/heads/hotfix/1', file('plan.yml', 'refs/heads/hotfix/1')],
  ])('%s: not %s of %s', (name, end, job_workflow_ref) => {
    const stack = name.endsWith('staging') ? staging : own
    expect(mayTake(stack, name, { sub: sub(end), job_workflow_ref })).toBe(false)
  })

  it('no other repository or audience, and no repository that took over the name', () => {
    const good = { sub: sub(main), job_workflow_ref: file('build.yml') }
    expect(mayTake(own, 'waybill-build', good)).toBe(true)
    for (const bad of [
      { sub: `repo:other/parcels:${main}` },
      { sub: `repo:acme@13/parcels@4711:${main}` },
      { job_workflow_ref: good.job_workflow_ref.replace('acme', 'other') },
      { aud: 'https://github.com/acme' },
      { repository_id: '4712' },
    ])
      expect(mayTake(own, 'waybill-build', { ...good, ...bad })).toBe(false)
  })
})

const stacks = [own, staging, prod]
const everyRole = stacks.flatMap(stack =>
  Object.keys(stack.resource.aws_iam_role ?? {}).map(role => statementsOf(stack, role)),
)

it('allows no wildcard actions, and * as a resource only for actions that AWS cannot limit', () => {
  for (const rights of everyRole) {
    const allowed = rights.filter(({ Effect }) => Effect === 'Allow') as unknown as {
      Action: string[]
      Resource: string[]
      Condition?: object
    }[]
    for (const { Action, Resource, Condition } of allowed) {
      expect(Action.filter(action => action.includes('*'))).toEqual([])
      if (!Resource.includes('*') || Condition !== undefined) continue
      // Service Authorization Reference: all others have a resource.
      const unlimited =
        /^(application-autoscaling:Describe|cloudwatch:GetMetricData$|ec2:Describe|ecs:DescribeTaskDefinition$|elasticloadbalancing:Describe|logs:DescribeLogGroups$|ecr:GetAuthorizationToken$|states:ValidateStateMachineDefinition$)/
      expect(Action.filter(action => !unlimited.test(action))).toEqual([])
    }
  }
})

// IAM user guide, "IAM and STS quotas": maximum characters of all inline policies of a role, of its trust policy by default,
// and of a managed policy, without white space.
it.each([1, 10, 11, 100])('the policies of a role stay within IAM quotas with %d services', count => {
  const names = Array.from({ length: count }, (_, index) => `a-parcel-service-of-acme-${index}`)
  const many = services(
    Object.fromEntries(names.map(name => [name, { kind: 'ecs-service', settings: { port: 80 } }])),
  )
  const crowded = synthesized({ ...pinned(many, known), stacks: [], access })
  for (const id of ['access', 'access-staging', 'access-prod']) {
    const { aws_iam_role = {}, aws_iam_role_policy = {}, ...others } = crowded[id]?.resource ?? {}
    const { aws_iam_role_policy_attachment = {}, aws_iam_policy = {} } = others
    expect(Object.keys(aws_iam_role).length).toBeGreaterThan(1)
    for (const [name, role] of Object.entries(aws_iam_role)) {
      const ofIt = (one: Record<string, unknown>) => String(one.role).includes(`.${name}.`)
      const inline = Object.values(aws_iam_role_policy).filter(ofIt)
      const attached = Object.values(aws_iam_role_policy_attachment).filter(ofIt)
      expect(inline.length + attached.length).toBeGreaterThan(0)
      expect(attached.length).toBeLessThanOrEqual(10)
      expect(inline.map(({ policy }) => String(policy)).join('').length).toBeLessThanOrEqual(10_240)
      expect(String(role.assume_role_policy).length).toBeLessThanOrEqual(2048)
    }
    for (const { policy } of Object.values(aws_iam_policy))
      expect(String(policy).length).toBeLessThanOrEqual(6144)
  }
})

it('Terraform may manage exactly the resource types that the stacks have', () => {
  const scope = environmentScope(known, 'staging', sampleServices())
  const types = resourceRights(scope).flatMap(one => one.types)
  const covered = [...new Set([...types, ...roleTypes])].toSorted()
  const shifted = { type: 'canary', percent: 10 }
  const routed = {
    kind: 'ecs-service',
    settings: {
      port: 80,
      route: { priority: 99, paths: ['/x'] },
      strategy: shifted,
      count: { min: 1, max: 2, cpuPercent: 50 },
      schedules: { nightly: { expression: 'rate(1 day)', command: ['tidy'] } },
    },
  }
  const input = pinned({ ...sampleServices(), ...services({ shifted: routed, ...fullFunctions }) }, known)
  const made = Object.entries(synthesized({ ...input, foundation: false })).flatMap(([, stack]) =>
    Object.keys(stack.resource),
  )
  expect(covered).toEqual([...new Set(made)].toSorted())
})

const account = (stack: Stack) => (stack === prod ? '333333333333' : '222222222222')

it("the deploy role creates roles for services only, with the boundary, and never changes CI's roles", () => {
  const policy = rightsOf(prod, 'waybill-deploy-prod')
  const role = (name: string) => `arn:aws:iam::${account(prod)}:role/${name}`
  const boundary = `arn:aws:iam::${account(prod)}:policy/waybill-boundary-prod`
  const context = { 'iam:PermissionsBoundary': boundary }
  const create = { action: 'iam:CreateRole', resource: role('service-a-prod') }
  expect(allows(policy, { ...create, context })).toBe(true)
  expect(allows(policy, create)).toBe(false)
  expect(allows(policy, { ...create, context: { 'iam:PermissionsBoundary': `${boundary}2` } })).toBe(false)
  expect(allows(policy, { ...create, resource: role('admin'), context })).toBe(false)
  for (const action of ['iam:PutRolePolicy', 'iam:UpdateAssumeRolePolicy', 'iam:DeleteRole']) {
    expect(allows(policy, { action, resource: role('service-a-prod'), context })).toBe(true)
    expect(allows(policy, { action, resource: role('waybill-read-prod'), context })).toBe(false)
  }
  expect(
    allows(policy, { action: 'iam:DeleteRolePermissionsBoundary', resource: role('service-a-prod') }),
  ).toBe(false)
  expect(allows(policy, { action: 'iam:CreatePolicyVersion', resource: boundary })).toBe(false)
  const pass = { action: 'iam:PassRole', resource: role('service-a-prod') }
  expect(allows(policy, { ...pass, context: { 'iam:PassedToService': 'lambda.amazonaws.com' } })).toBe(true)
  expect(allows(policy, { ...pass, context: { 'iam:PassedToService': 'ec2.amazonaws.com' } })).toBe(false)
  const attach = { action: 'iam:AttachRolePolicy', resource: role('service-a-prod-balancer') }
  const administrator = 'arn:aws:iam::aws:policy/AdministratorAccess'
  expect(allows(policy, { ...attach, context: { ...context, 'iam:PolicyARN': administrator } })).toBe(false)
})

it('a repository with a prefix has names of its own, which the jobs of no other repository can change', () => {
  const apart = environments(json => {
    Object.assign(json, { github: { repository: 'acme/letters' }, prefix: 'waybill-letters' })
  })
  const made = synthesized({ ...pinned(sampleServices(), apart), access })
  const roles = Object.keys(made['access-prod']?.resource.aws_iam_role ?? {})
  expect(roles).toEqual(['waybill-letters-deploy-prod', 'waybill-letters-read-prod'])
  expect(Object.keys(made.access?.resource.aws_iam_role ?? {})).toEqual(
    ['build', 'read', 'release'].map(end => `waybill-letters-${end}`),
  )
  expect(made.access?.terraform.backend).toMatchObject({
    s3: { bucket: 'waybill-letters-state-111111111111-eu-central-1' },
  })
  const boundary = 'arn:aws:iam::333333333333:policy/waybill-letters-boundary-prod'
  expect(resource(made['service-a-prod'] as Stack, 'aws_iam_role.execution_role').permissions_boundary).toBe(
    boundary,
  )
  const iam = (actions: readonly string[], name: string) =>
    actions.map(action => ({ action, resource: name, context: { 'iam:PermissionsBoundary': boundary } }))
  const names = [...roles.map(role => `arn:aws:iam::333333333333:role/${role}`), boundary]
  const questions = names.flatMap(name => iam(['iam:PutRolePolicy', 'iam:UpdateAssumeRolePolicy'], name))
  for (const question of questions)
    expect(allows(rightsOf(prod, 'waybill-deploy-prod'), question)).toBe(false)
  // Nor can a service of either read the other's states.
  const bound = statements(resource(prod, 'aws_iam_policy.boundary')) as unknown as PolicyStatement[]
  const state = 'arn:aws:s3:::waybill-letters-state-333333333333-eu-central-1/prod/service-a.tfstate'
  expect(allows(bound, { action: 's3:GetObject', resource: state })).toBe(false)
})

it("a service's role gets the boundary once CI has roles, and the boundary denies it IAM", () => {
  const bound = resource(all['service-a-prod'] as Stack, 'aws_iam_role.execution_role')
  expect(bound.permissions_boundary).toBe('arn:aws:iam::333333333333:policy/waybill-boundary-prod')
  const free = synthesized(pinned(sampleServices()))['service-a-prod'] as Stack
  expect(resource(free, 'aws_iam_role.execution_role').permissions_boundary).toBeUndefined()
  const boundary = statements(resource(prod, 'aws_iam_policy.boundary')) as unknown as PolicyStatement[]
  const may = (action: string, target: string) => allows(boundary, { action, resource: target })
  expect(may('sqs:SendMessage', 'arn:aws:sqs:eu-central-1:333333333333:parcels')).toBe(true)
  expect(may('iam:PassRole', 'arn:aws:iam::333333333333:role/service-a-prod')).toBe(false)
  const state = 'arn:aws:s3:::waybill-state-333333333333-eu-central-1/prod/service-a.tfstate'
  expect(may('s3:GetObject', state)).toBe(false)
})

it('an environment without a cluster, network or listener gets no rights on them', () => {
  const bare = environments(json => {
    Object.assign(json, { github: { repository } })
    for (const one of Object.values(json.environments)) {
      delete one.cluster
      delete one.network
      delete one.listener
    }
  })
  const zips = services({ x: { kind: 'lambda-zip', settings: { handler: 'a.b', runtime: 'nodejs24.x' } } })
  const stack = synthesized({ ...pinned(zips, bare), stacks: [], access })['access-staging'] as Stack
  const roles = Object.keys(stack.resource.aws_iam_role ?? {})
  const text = JSON.stringify(roles.map(role => statementsOf(stack, role)))
  expect(text).not.toMatch(/"(ecs|elasticloadbalancing|ec2|ecr):/)
  expect(text).toContain('lambda:CreateFunction')
})

it("refuses names that clash with those of CI's roles, and access without a repository", () => {
  const zip = { kind: 'lambda-zip', settings: { handler: 'a.b', runtime: 'nodejs24.x' } }
  const bad = { ...pinned(services({ access: zip, 'waybill-x': zip }), known), stacks: [] }
  const error = userError(() => synthesized(bad))
  expect(error.message).toContain('a service cannot be called access')
  expect(error.message).toContain('a service cannot be called waybill-x')
  const near = environments(json => {
    const { prod } = json.environments
    Object.assign(json, { github: { repository } })
    Object.assign(json.environments, { 'eu-prod': prod, 'prod-eu': prod, prod2: prod })
  })
  const { message } = userError(() => synthesized({ ...pinned(sampleServices(), near), stacks: [] }))
  expect(message).toContain('the environments prod and eu-prod cannot share an account')
  expect(message).toContain('the environments prod and prod-eu cannot share an account')
  expect(message).not.toContain('the environments prod and prod2')
  const starting = environments(json => {
    Object.assign(json, { github: { repository } })
    Object.assign(json.environments, {
      schedule: json.environments.prod,
      'on-schedule': json.environments.prod,
    })
  })
  const ofStarters = userError(() => synthesized({ ...pinned(sampleServices(), starting), stacks: [] }))
  expect(ofStarters.message).toContain('an environment cannot be called schedule')
  expect(ofStarters.message).toContain('an environment cannot be called on-schedule')
  const none = { ...pinned(sampleServices()), stacks: [], access }
  expect(userError(() => synthesized(none)).message).toContain('has no github')
})
