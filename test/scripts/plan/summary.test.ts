import { expect, it } from 'vitest'
import { type PlanSummary, summarizePlan } from '../../../scripts/plan/summary.ts'
import type { ResourceChange } from '../../../scripts/terraform/plan-json.ts'
import { commit, service } from '../samples.ts'

const target = { service: service('service-a'), environment: 'prod' }

function change(
  address: string,
  action: ResourceChange['action'],
  attributes: ResourceChange['attributes'] = [],
): ResourceChange {
  return { address, type: address.split('.')[0] ?? '', action, attributes, was: {} }
}

function shown(more: Partial<PlanSummary>, changes: readonly ResourceChange[] = []): string {
  const view = {
    changes,
    isEmpty: changes.length === 0,
    tooMuchAtOnce: [],
    same: [],
    secretReads: [],
    imports: [],
    before: undefined,
  }
  const base = {
    target,
    from: undefined,
    to: 'service-a-v1.1.0',
    commits: undefined,
    isStepBack: false,
    view,
  }
  const lines = summarizePlan({ ...base, ...more })
  return lines.map(({ text }) => text).join('\n')
}

const one = { commit: commit('3'), subject: 'Read the street from the second line' }
const two = { commit: commit('9'), subject: 'Fold full-width digits' }

it('shows first what is taken over, and what that means for whoever calls it', () => {
  const view = {
    changes: [
      change('aws_lambda_function.function', 'update', [
        { path: 'memory_size', before: '512', after: '256' },
      ]),
    ],
    imports: [{ address: 'aws_lambda_function.function', type: 'aws_lambda_function', id: 'LegacyQuotes' }],
    isEmpty: false,
    tooMuchAtOnce: [],
    same: [],
    secretReads: [],
    before: undefined,
  }
  expect(shown({ view })).toBe(
    `service-a in prod: service-a-v1.1.0, for the first time; 1 to import, 1 to update
  = aws_lambda_function.function is taken over: LegacyQuotes
      whoever calls it without an alias gets every release as soon as it is applied, before any check: have them call the alias
  ~ aws_lambda_function.function
      memory_size: 512 → 256`,
  )
})

it('a new release shows its commits, then each change, what is lost first', () => {
  const changes = [
    change('aws_cloudwatch_log_group.log', 'create'),
    change('aws_lambda_function.function', 'update', [
      { path: 's3_key', before: 'releases/service-a-v1.0.0.zip', after: 'releases/service-a-v1.1.0.zip' },
      { path: 'version', before: '3', after: '(known after apply)' },
    ]),
    change('aws_iam_role.gone', 'destroy', [{ path: 'name', before: 'a', after: '(none)' }]),
    change('aws_sqs_queue.left', 'forget'),
    change('aws_lb_target_group.group', 'replace', [{ path: 'port', before: '80', after: '8080' }]),
    change('aws_ecs_task_definition.task', 'replace', [{ path: 'cpu', before: '256', after: '512' }]),
  ]
  expect(shown({ from: 'service-a-v1.0.0', commits: [one, two] }, changes)).toBe(
    `service-a in prod: service-a-v1.0.0 → service-a-v1.1.0; 1 new revision, 1 to create, 1 to update, 1 to replace, 1 to destroy, 1 to forget
    2 new commits of this service
      3333333333 Read the street from the second line
      9999999999 Fold full-width digits
  - aws_iam_role.gone is destroyed
  ± aws_lb_target_group.group is destroyed and re-created
      port: 80 → 8080
  . aws_sqs_queue.left is removed from the state but stays in AWS
  + aws_ecs_task_definition.task: a new revision
      cpu: 256 → 512
  ~ aws_lambda_function.function
      s3_key: releases/service-a-v1.0.0.zip → releases/service-a-v1.1.0.zip
      version: 3 → (known after apply)
  + aws_cloudwatch_log_group.log`,
  )
})

const from = 'service-a-v1.2.0'

it.each([
  ['the first time', {}, 'service-a-v1.1.0, for the first time; no changes'],
  [
    'the same release',
    { from: 'service-a-v1.1.0', commits: [one] },
    'service-a-v1.1.0, as before; no changes',
  ],
  [
    'a step back',
    { from, isStepBack: true, commits: [one] },
    `${from} → service-a-v1.1.0 (a step back); no changes
    takes back 1 commit of this service
      3333333333 Read the street from the second line`,
  ],
  [
    'a release without commits of its own',
    { from, commits: [] },
    `${from} → service-a-v1.1.0; no changes\n    0 new commits of this service`,
  ],
  ['commits that are not known', { from }, `${from} → service-a-v1.1.0; no changes`],
  [
    'a state that somebody has written to',
    { from: '\u001b[31mred\u202e' },
    '[31mred → service-a-v1.1.0; no changes',
  ],
])('%s', (_, more, text) => {
  expect(shown(more)).toBe(`service-a in prod: ${text}`)
})

it('of many commits and attributes it shows some, and says how many more there are', () => {
  const attributes = Array.from({ length: 14 }, (_, at) => ({ path: `a${at}`, before: '1', after: '2' }))
  const commits = Array.from({ length: 21 }, () => one)
  const lines = shown({ from, commits }, [change('a.b', 'update', attributes)]).split('\n')
  expect(lines.filter(line => line.includes(one.subject))).toHaveLength(20)
  expect(lines.filter(line => line.endsWith('1 → 2'))).toHaveLength(12)
  expect(lines.filter(line => line.includes('…'))).toEqual([
    '      … and 1 more',
    '      … and 2 more attributes',
  ])
})

it.each([
  ['\u001b[2J\u001b[31mred', '[2J[31mred'],
  ['safe \u202etxt.exe\u2066', 'safe txt.exe'],
  ['a\u200bb\u{e0041}c', 'abc'],
  ['one\nservice-a in prod: no changes', 'one service-a in prod: no changes'],
  ['x'.repeat(100), `${'x'.repeat(89)}…`],
])('a hostile subject is one plain line: %j', (subject, plain) => {
  const text = shown({ from, commits: [{ commit: commit('3'), subject }] })
  expect(text.split('\n').slice(2)).toEqual([`      3333333333 ${plain}`])
})

const registry = '123456789012.dkr.ecr.eu-central-1.amazonaws.com/service-a-image'
const long = 'x'.repeat(100)

it.each([
  ['short ones', 'a', 'b', 'a → b'],
  [
    'long ones, from shortly before where they differ',
    `${registry}:service-a-v1.0.0`,
    `${registry}:service-a-v1.1.0`,
    '…-image:service-a-v1.0.0 → …-image:service-a-v1.1.0',
  ],
  ['long ones that differ at once', `a${long}`, `b${long}`, `a${'x'.repeat(58)}… → b${'x'.repeat(58)}…`],
  ['one that goes on', 'x'.repeat(60), `${'x'.repeat(60)}y`, `${'x'.repeat(60)} → …${'x'.repeat(20)}y`],
  ['a short one and a long one', '(none)', long, `(none) → ${'x'.repeat(59)}…`],
  ['those that differ in what cannot be seen', 'a\nb', 'a b', '"a\\nb" → "a b"'],
  ['hostile ones', '\u001b[31ma', '\u202eb', '[31ma → b'],
  ['secrets', '(sensitive)', '(sensitive)', '(sensitive) → (sensitive)'],
])('two values: %s', (_, before, after, text) => {
  const lines = shown({}, [change('a.b', 'update', [{ path: 'p', before, after }])]).split('\n')
  expect(lines.at(-1)).toBe(`      p: ${text}`)
})

it('names with something hidden in them are shown without it', () => {
  const hostile = change('a.b["\u202ek\u001b[2J"]', 'update', [
    { path: 'env.\u200bX\n', before: '1', after: '2' },
  ])
  expect(shown({}, [hostile]).split('\n').slice(1)).toEqual(['  ~ a.b["k[2J"]', '      env.X: 1 → 2'])
})

it.each([
  ['container_definitions.service-a.environment.GREETING', 'environment GREETING'],
  ['container_definitions.service-a.environment.a.b', 'environment a.b'],
  ['container_definitions.service-a.secrets.API_KEY', 'secrets API_KEY'],
  ['container_definitions.service-a.image', 'image'],
  ['container_definitions.collector.image', 'collector: image'],
  ['container_definitions.collector.environment.GREETING', 'collector: environment GREETING'],
  ['environment.0.variables.GREETING', 'environment GREETING'],
  ['environment.0.variables', 'environment.0.variables'],
])('%s is called %s', (path, label) => {
  const attributes = [{ path, before: 'hello', after: 'hi' }]
  expect(shown({}, [change('a.b', 'update', attributes)])).toContain(`\n      ${label}: hello → hi`)
})

it('a tag is shown once, though Terraform names it twice', () => {
  const tag = { before: 'x', after: 'y' }
  const paths = ['tags.a', 'tags_all.a', 'tags_all.b']
  const lines = shown({}, [
    change(
      'a.b',
      'update',
      paths.map(path => ({ path, ...tag })),
    ),
  ])
  expect(lines.split('\n').slice(2)).toEqual(['      tags.a: x → y', '      tags_all.b: x → y'])
})

it('what is lost is red, and what is only added green', () => {
  const changes = (['create', 'update', 'replace', 'destroy', 'forget'] as const).map(action =>
    change('a.b', action),
  )
  const view = {
    changes,
    isEmpty: false,
    tooMuchAtOnce: [],
    same: [],
    secretReads: [],
    imports: [],
    before: undefined,
  }
  const summary = { target, from: undefined, to: 't', commits: undefined, isStepBack: false, view }
  const colours = summarizePlan(summary).map(({ text, colour }) => `${text.slice(0, 3).trim()} ${colour}`)
  expect(colours).toEqual(['ser bold', '- red', '± red', '. yellow', '~ yellow', '+ green'])
})
