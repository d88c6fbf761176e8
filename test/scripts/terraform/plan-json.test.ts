import { expect, it } from 'vitest'
import { forbidden, requireApplicable } from '../../../scripts/plan/permission.ts'
import { countActions, parsePlan } from '../../../scripts/terraform/plan-json.ts'
import { userError } from '../samples.ts'

// Output of Terraform 1.11.4 for its own resources, cut down to what differs.
type Change = { readonly actions: readonly string[]; readonly [part: string]: unknown }

function resource(address: string, change: Change, more: object = {}) {
  const type = /([a-z0-9_]+)\.[^.]+$/.exec(address)?.[1] ?? ''
  return { address, mode: 'managed', type, name: 'x', change, ...more }
}

function plan(resource_changes: readonly object[], more: object = {}) {
  const base = { format_version: '1.2', terraform_version: '1.11.4', planned_values: {}, errored: false }
  return parsePlan(JSON.stringify({ ...base, resource_changes, ...more }))
}

const was = { id: '99753131', input: 'x', output: 'x', triggers_replace: null }
const unhidden = { after_unknown: {}, before_sensitive: {}, after_sensitive: {} }

const kinds: [readonly string[], string | undefined][] = [
  [['no-op'], undefined],
  [['read'], undefined],
  [['create'], 'create'],
  [['update'], 'update'],
  [['delete', 'create'], 'replace'],
  [['create', 'delete'], 'replace'],
  [['create', 'forget'], 'replace'],
  [['delete'], 'destroy'],
  [['forget'], 'forget'],
]

it.each(kinds)('%j means %s', (actions, action) => {
  const one = resource('terraform_data.a', { actions, before: was, after: was, ...unhidden })
  const view = plan([one])
  expect(view.changes.map(change => change.action)).toEqual(action === undefined ? [] : [action])
  expect(view.isEmpty).toBe(action === undefined)
})

it.each([[[]], [['delete', 'update']], [['invoke']]])('refuses unknown actions: %j', actions => {
  const error = userError(() => plan([resource('aws_lambda_function.f', { actions })]))
  expect(error.message).toContain(
    'the plan has an action for "aws_lambda_function.f" that Waybill does not know',
  )
  expect(error.ending).toBe('refused')
})

it('a data source that is read during the apply is not a change', () => {
  const later = {
    address: 'data.terraform_remote_state.later',
    mode: 'data',
    type: 'terraform_remote_state',
    change: {
      actions: ['read'],
      before: null,
      after: { backend: 'local' },
      after_unknown: { outputs: true },
    },
  }
  expect(plan([later])).toMatchObject({ changes: [], isEmpty: true })
})

const same = { before: was, after: was, ...unhidden }
const applied = { kind: 'ecs-service', tag: 'a-v1.0.0', revision: 'arn-1', cluster: 'main', serviceName: 's' }

const output = (actions: string[], before: unknown, after: unknown) => ({
  output_changes: { applied: { actions, before, after, after_unknown: false, before_sensitive: false } },
})

it.each([
  ['nothing', [], {}, true, 'no changes'],
  ['the same output', [], output(['no-op'], applied, applied), true, 'no changes'],
  ['a new output', [], output(['create'], null, applied), false, 'only state changes'],
  ['a removed output', [], output(['delete'], applied, null), false, 'only state changes'],
  [
    'a moved resource',
    [resource('terraform_data.c', { actions: ['no-op'], ...same }, { previous_address: 'terraform_data.b' })],
    {},
    false,
    'only state changes',
  ],
  [
    'an imported resource',
    [resource('terraform_data.i', { actions: ['no-op'], ...same, importing: { id: 'some-id' } })],
    {},
    false,
    '1 to import',
  ],
  [
    'a forgotten resource',
    [resource('terraform_data.a', { actions: ['forget'], before: was, after: null })],
    {},
    false,
    '1 to forget',
  ],
  [
    'the rest of an interrupted replacement',
    [
      resource('terraform_data.a', { actions: ['no-op'], ...same }),
      resource(
        'terraform_data.a',
        { actions: ['delete'], before: was, after: null },
        { deposed: 'deadbeef' },
      ),
    ],
    {},
    false,
    '1 to destroy',
  ],
  [
    'one of each',
    [['create'], ['update'], ['delete', 'create'], ['delete'], ['forget'], ['update']].map((actions, at) =>
      resource(`terraform_data.a[${at}]`, { actions, ...same }),
    ),
    {},
    false,
    '1 to create, 2 to update, 1 to replace, 1 to destroy, 1 to forget',
  ],
  [
    'a task definition, whose revision from before stays',
    [
      {
        ...resource('aws_ecs_task_definition.task', { actions: ['delete', 'create'], ...same }),
        type: 'aws_ecs_task_definition',
      },
      resource('terraform_data.a', { actions: ['update'], ...same }),
    ],
    {},
    false,
    '1 new revision, 1 to update',
  ],
  [
    'what exists and is taken over, changed or not',
    [
      resource('terraform_data.a', { actions: ['no-op'], ...same, importing: { id: 'x' } }),
      resource('terraform_data.b', { actions: ['update'], ...same, importing: { id: 'y' } }),
    ],
    {},
    false,
    '2 to import, 1 to update',
  ],
])('a plan of %s', (_, changes, more, isEmpty, counted) => {
  const view = plan(changes, more)
  expect(view.isEmpty).toBe(isEmpty)
  expect(countActions(view)).toBe(counted)
})

it('drift that the plan does not touch is not a change', () => {
  const drift = resource('terraform_data.a', {
    actions: ['update'],
    before: was,
    after: { ...was, input: 'y' },
  })
  expect(plan([], { resource_drift: [drift] })).toMatchObject({ changes: [], isEmpty: true })
})

it('keeps the full address of a resource in a module', () => {
  const address = 'module.m.terraform_data.in["a b"]'
  const change = { actions: ['update'], before: { input: 1 }, after: { input: 2 }, ...unhidden }
  expect(plan([resource(address, change, { module_address: 'module.m', index: 'a b' })]).changes).toEqual([
    {
      address,
      type: 'terraform_data',
      action: 'update',
      attributes: [{ path: 'input', before: '1', after: '2' }],
      was: {},
    },
  ])
})

it('gives the name and service tag of existing resources only', () => {
  const tagged = { name: 'service-a', tags_all: { 'waybill-service': 'service-a', team: 'x' } }
  const changes = [
    resource('aws_ecr_repository.a', { actions: ['delete'], before: tagged, after: null }),
    resource('aws_ecr_repository.b', { actions: ['create'], before: null, after: tagged }),
    resource('aws_lb.c', { actions: ['delete'], before: { name: 'c', tags_all: null }, after: null }),
  ]
  expect(plan(changes).changes.map(one => one.was)).toEqual([
    { name: 'service-a', service: 'service-a' },
    {},
    { name: 'c' },
  ])
})

const ecs = {
  kind: 'ecs-service',
  tag: 'service-a-v1.1.0',
  revision: 'arn-1',
  cluster: 'main',
  serviceName: 's',
  container: 'service-a',
}
const later = { ...ecs, tag: 'service-a-v1.2.0' }

it.each([
  ['is new', { actions: ['create'], before: null, after: ecs }, undefined],
  ['is unchanged', { actions: ['no-op'], before: ecs, after: ecs }, ecs],
  ['is partly known', { actions: ['update'], before: ecs, after: later }, ecs],
  ['is removed', { actions: ['delete'], before: ecs, after: null }, ecs],
])('what was applied last if the output %s', (_, applied, before) => {
  const value = before && { value: before }
  expect(plan([], { output_changes: { applied } }).before).toEqual(value)
})

it('says why the output of a stack that a newer Waybill applied cannot be read', () => {
  const applied = { actions: ['no-op'], before: { ...ecs, kind: 'gcp' }, after: ecs }
  expect(plan([], { output_changes: { applied } })).toMatchObject({
    before: { error: { code: 'applied-unknown' } },
  })
})

const { revision: taskDefinition, container: _, ...rest } = ecs
const former = { ...rest, kind: 'ecs', taskDefinition }

it.each([
  ['the words of a newer Waybill alone', former, ecs, true],
  ['another revision', former, { ...ecs, revision: 'arn-2' }, false],
  ['another release', former, later, false],
  ['what only the apply will show', former, { ...ecs, revision: undefined }, false],
  ['what cannot be read', { ...former, kind: 'gcp' }, ecs, false],
])('counts an output that changes in %s', (_, before, after, isEmpty) => {
  const applied = { actions: ['update'], before, after }
  expect(plan([], { output_changes: { applied } }).isEmpty).toBe(isEmpty)
})

it('counts a stack without the output as never applied', () => {
  expect(parsePlan('{"format_version":"1.2","terraform_version":"1.11.4"}')).toEqual({
    changes: [],
    imports: [],
    tooMuchAtOnce: [],
    same: [],
    secretReads: [],
    isEmpty: true,
    before: undefined,
  })
})

it('refuses an incomplete plan, since it shows fewer changes than there are', () => {
  const error = userError(() => plan([], { errored: true }))
  expect(error.message).toBe('the plan is incomplete: Terraform hit an error while planning')
})

it.each(['', '{"resource_changes":[', '[]', '{"resource_changes":[{"address":1}]}'])(
  'refuses %j, which is not a plan',
  text => {
    expect(userError(() => parsePlan(text)).message).toMatch(/^the output of terraform show -json is not/)
  },
)

const guarded = [
  // What Waybill does not create, a repository has added: only it knows what replacing it would lose.
  'aws_sqs_queue',
  'random_id',
  ...['aws_lambda_function', 'aws_lambda_alias', 'aws_ecs_service', 'aws_lb', 'aws_alb', 'aws_lb_listener'],
  ...['aws_lb_listener_rule', 'aws_lb_target_group', 'aws_s3_bucket', 'aws_ecr_repository'],
]

it.each(guarded)('refuses to replace or destroy %s until its address is allowed, even in a module', type => {
  const addresses = [`${type}.x`, `module.m.${type}.x["k"]`]
  for (const actions of [['delete'], ['delete', 'create'], ['create', 'delete'], ['create', 'forget']]) {
    const view = plan(addresses.map(address => ({ ...resource(address, { actions }), type })))
    const refused = (allowed: string[]) => forbidden(view, allowed).map(({ address }) => address)
    expect(refused([])).toEqual(addresses)
    expect(refused([`${type}.x`])).toEqual([`module.m.${type}.x["k"]`])
    expect(refused([`${type}`, 'x', ''])).toEqual(addresses)
    expect(refused([...addresses])).toEqual([])
  }
  for (const actions of [['create'], ['update'], ['forget']])
    expect(forbidden(plan([resource(`${type}.x`, { actions })]), [])).toEqual([])
})

it.each(['aws_ecs_task_definition', 'aws_cloudwatch_log_group', 'aws_s3_bucket_policy'])(
  'allows replacing %s without permission',
  type => {
    expect(forbidden(plan([resource(`${type}.x`, { actions: ['delete', 'create'] })]), [])).toEqual([])
  },
)

it.each<readonly [string, number]>([
  ['aws_cloudwatch_log_group', 1],
  ['aws_ecs_task_definition', 0],
])('of what an import block takes over, replacing %s needs permission: %i', (type, refused) => {
  const change = { actions: ['delete', 'create'], importing: { id: 'theirs' } }
  const view = plan([resource(`${type}.x`, change)])
  expect(forbidden(view, [])).toHaveLength(refused)
  expect(forbidden(view, [`${type}.x`])).toEqual([])
})

it.each([
  [
    'two resources of one name',
    [
      resource('aws_iam_role.role', { actions: ['no-op'], after: { name: 'a-staging' } }),
      resource('aws_iam_role.mine', { actions: ['create'], after: { name: 'a-staging' } }),
    ],
    {},
    'plan-same-name',
    'aws_iam_role.role and aws_iam_role.mine are a-staging',
  ],
  [
    'a data source that reads a secret, in a module',
    [],
    {
      resources: [],
      module_calls: { m: { module: { resources: [data('aws_secretsmanager_secret_version')] } } },
    },
    'plan-reads-secret',
    'module.m.data.aws_secretsmanager_secret_version.mine',
  ],
])('refuses %s', (_, resources, root_module, code, cause) => {
  const view = plan(resources, { configuration: { root_module } })
  expect(userError(() => requireApplicable(view, 'a in staging'))).toMatchObject({ code, cause })
})

function data(type: string) {
  return { address: `data.${type}.mine`, mode: 'data', type }
}
