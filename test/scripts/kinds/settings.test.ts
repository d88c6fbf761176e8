import { expect, it } from 'vitest'
import { z } from 'zod'
import {
  parseServiceConfig,
  rolloutPlan,
  type ServiceConfig,
  settingsIn as settingsOfKind,
} from '../../../scripts/catalogue/service-config.ts'
import { kinds } from '../../../scripts/kinds/all.ts'
import type { Kind } from '../../../scripts/kinds/kind.ts'
import { groupOrOff, overlay } from '../../../scripts/kinds/parts.ts'
import type { ServiceName } from '../../../scripts/names/service-name.ts'
import { criteriaSchema } from '../../../scripts/strategy/criteria.ts'
import { allAtOnce, minutesOf } from '../../../scripts/strategy/phases.ts'
import { isWatched } from '../../../scripts/strategy/plan.ts'
import { config, userError } from '../samples.ts'

const source = { name: 'services/x/service.json', remedy: 'Correct it.' }
const route = { priority: 1, paths: ['/x'] }
const prod = { service: 'x' as ServiceName, environment: 'prod' }

const settingsIn = (one: ServiceConfig, environment: string, from: typeof source) =>
  settingsOfKind(kinds[one.kind] as Kind, one, { name: environment, environment: {} }, from)

const planIn = (one: ServiceConfig) => rolloutPlan(one, prod, {}, source)

/** The staging settings of a service with these common settings and overrides for staging. */
function settings(kind: Parameters<typeof config>[0], all: object, staging: object = {}) {
  return settingsIn(config(kind, { settings: all, environments: { staging } }), 'staging', source)
}

it.each([
  [
    'lambda-zip',
    { handler: 'index.handler', runtime: 'nodejs24.x', architecture: 'x86_64', memory: 256, timeout: 30 },
  ],
  ['lambda-image', { memory: 256, timeout: 30, inNetwork: false, alarms: { errors: 5, throttles: 5 } }],
  ['ecs-service', { cpu: 256, memory: 512, count: 1, port: 8080, strategy: { type: 'rolling' } }],
] as const)('the defaults of a %s are %j', (kind, defaults) => {
  const common = { variables: {}, secrets: {}, permissions: [], logRetentionDays: 30 }
  expect(settingsIn(config(kind), 'staging', source)).toMatchObject({ ...common, ...defaults })
})

const secret = (name: string) => `arn:aws:ssm:eu-central-1:111111111111:parameter/${name}`

it('an environment adds to variables, secrets and alarms, and replaces everything else', () => {
  const all = {
    count: 2,
    variables: { A: '1', B: '1' },
    secrets: { KEY: secret('common'), TOKEN: secret('common') },
    alarms: { serverErrors: 9, cpuPercent: 50 },
    route: { ...route, hosts: ['x.example.com'] },
  }
  const own = {
    count: 3,
    variables: { B: '2' },
    secrets: { TOKEN: secret('own') },
    alarms: { cpuPercent: 60 },
    route: { priority: 2, paths: ['/y'] },
  }
  expect(settings('ecs-service', all, own)).toMatchObject({
    count: 3,
    variables: { A: '1', B: '2' },
    secrets: { KEY: secret('common'), TOKEN: secret('own') },
    alarms: { serverErrors: 9, cpuPercent: 60, latencyMs: 2000 },
    route: { priority: 2, paths: ['/y'], healthCheck: '/health' },
  })
  expect(settings('ecs-service', all, own)).not.toHaveProperty('route.hosts')
})

it('merges whatever a kind declares as a map or a group, and replaces its other objects', () => {
  const level = z.number().default(1)
  const kind = z.strictObject({
    labels: z.record(z.string(), z.string()).default({}),
    logging: z.strictObject({ level, to: z.strictObject({ level }).prefault({}) }).prefault({}),
    route: z.strictObject({ path: z.string(), host: z.string().optional() }).optional(),
  })
  const all = {
    labels: { a: '1', b: '1' },
    logging: { level: 2, to: { level: 2 } },
    route: { path: '/a', host: 'a' },
  }
  expect(overlay(kind, all, { labels: { b: '2' }, logging: { to: {} }, route: { path: '/b' } })).toEqual({
    labels: { a: '1', b: '2' },
    logging: { level: 2, to: { level: 2 } },
    route: { path: '/b' },
  })
})

it('alarms are off where false is the last word, and on again where an environment gives a limit', () => {
  const kind = z.strictObject({ alarms: groupOrOff(z.strictObject({ errors: z.number().default(5) })) })
  expect(overlay(kind, { alarms: { errors: 1 } }, { alarms: false })).toEqual({ alarms: false })
  expect(overlay(kind, { alarms: false }, { alarms: { errors: 1 } })).toEqual({ alarms: { errors: 1 } })
  expect(kind.parse({})).toEqual({ alarms: { errors: 5 } })
})

it('defaults of environments.json are below what a service.json gives, merged in the same way', () => {
  const defaults = {
    'lambda-zip': { memory: 512, timeout: 9, tags: { team: 'freight' }, alarms: { errors: 1 } },
  }
  const one = config('lambda-zip', {
    settings: { timeout: 6, tags: { tier: 'one' } },
    environments: { staging: { alarms: { throttles: 2 } } },
  })
  const scope = { name: 'staging', environment: { defaults } }
  expect(settingsOfKind(kinds['lambda-zip'] as Kind, one, scope, source)).toMatchObject({
    memory: 512,
    timeout: 6,
    tags: { team: 'freight', tier: 'one' },
    alarms: { errors: 1, throttles: 2 },
  })
})

it('a fault says which of the settings that it is about are defaults', () => {
  const defaults = { 'ecs-service': { cpu: 1024, port: 80 } }
  const one = config('ecs-service', { settings: { memory: 512 } })
  const scope = { name: 'prod', environment: { defaults } }
  const error = userError(() => settingsOfKind(kinds['ecs-service'] as Kind, one, scope, source))
  expect(error.message).toContain(
    'in prod: memory: must be from 2048 to 8192 in steps of 1024 with a cpu of 1024 (cdktf/environments.json gives defaults.ecs-service.cpu)',
  )
})

it('common settings override the defaults of the schema', () => {
  expect(settings('lambda-zip', { memory: 512, timeout: 5 }, { timeout: 6 })).toMatchObject({
    memory: 512,
    timeout: 6,
  })
})

it('an environment without its own settings runs with the common ones', () => {
  const one = config('ecs-service', { settings: { count: 2 }, environments: { prod: { count: 4 } } })
  expect(settingsIn(one, 'staging', source)).toMatchObject({ count: 2 })
  expect(settingsIn(one, 'toString', source)).toMatchObject({ count: 2 })
})

it.each([
  ['arn:aws:ssm:eu-central-1:111111111111:parameter/x/key', true],
  ['arn:aws:secretsmanager:eu-central-1:111111111111:secret:x/key-AbCdEf', true],
  ['arn:aws-us-gov:ssm:us-gov-west-1:111111111111:parameter/key', true],
  ['s3cr3t', false],
  ['/x/key', false],
  ['arn:aws:s3:::x', false],
  ['arn:aws:ssm:eu-central-1:111111111111:parameter/*', false],
  ['arn:aws:ssm:eu-central-1:111111111111:parameter/x\n', false],
])('takes %j as a secret: %j', (text, taken) => {
  const parse = () => config('ecs-service', { settings: { secrets: { KEY: text } } })
  if (taken) expect(parse).not.toThrow()
  else expect(userError(parse).message).toContain('never the secret itself')
})

it.each([
  [{ variables: { AWS_REGION: 'x' } }, 'variables.AWS_REGION: must not begin with AWS_ or LAMBDA_'],
  [{ variables: { RELEASE: 'x' } }, 'variables.RELEASE: must not be RELEASE or COMMIT'],
  [{ variables: { COMMIT: 'x' } }, 'variables.COMMIT: must not be RELEASE or COMMIT'],
  [{ secrets: { COMMIT: secret('x') } }, 'secrets.COMMIT: must not be RELEASE or COMMIT'],
  [{ secrets: { 'a-b': 'x' } }, 'secrets.a-b: must be the name of an environment variable'],
  [{ variables: { A: 1 } }, 'variables.A: must be a string, not a number'],
  [{ permissions: [{ actions: ['*'], resources: ['arn:aws:s3:::x'] }] }, 'must be an IAM action'],
  [
    { permissions: [{ actions: ['s3:GetObject'], resources: ['*'] }] },
    'must be an ARN; * alone is not allowed',
  ],
  [{ logRetentionDays: 31 }, 'logRetentionDays: must be one of 1, 3, 5'],
  [{ subnets: ['subnet-x'] }, 'subnets.0: must be the id of a subnet'],
  [{ securityGroups: [] }, 'securityGroups: Too small'],
  [{ tags: { 'aws:x': '' } }, 'tags.aws:x: must not begin with aws:'],
  [
    { tags: { 'waybill-service': 'y' } },
    'tags.waybill-service: must not be managed-by or begin with waybill-',
  ],
  [{ tags: { team: 'a$b' } }, 'tags.team: must have only letters'],
  [{ kmsKeyArn: 'alias/freight' }, 'kmsKeyArn: must be the ARN of a KMS key, not of an alias'],
  [{ alarmActions: ['freight'] }, 'alarmActions.0: must be the ARN of an SNS topic'],
  [{ alarms: true }, 'alarms: must be an object, or false for none'],
  [{ alarms: { cpu: 1 } }, 'alarms: Unrecognized key: "cpu"'],
  [{ tracing: 'PassThrough' }, 'tracing: must be Active'],
  [{ cpus: 1 }, 'Unrecognized key: "cpus"'],
  [{ route: { priority: 1 } }, 'route: must have paths or hosts'],
  [{ route: { ...route, healthCheck: 'health' } }, 'route.healthCheck: must be a path such as /health'],
  [{ strategy: { type: 'big-bang' } }, 'strategy.type: '],
  [{ strategy: { type: 'canary', percent: 100 } }, 'strategy.percent: Too big'],
  [{ strategy: { type: 'linear', stepPercent: 2 } }, 'strategy.stepPercent: Too small'],
  [{ count: { min: 0, max: 3 } }, 'count.min: Too small'],
  [{ count: { max: 3 } }, 'count: must be a number of tasks, or { min, max } with'],
  [{ alarms: { cpuPercent: 0 } }, 'alarms.cpuPercent: Too small'],
])('refuses %j in the common settings and in those of one environment', (faulty, fault) => {
  const all = userError(() => config('ecs-service', { settings: faulty }))
  expect(all.message).toContain('  settings')
  expect(all.message).toContain(fault)
  const own = userError(() => config('ecs-service', { environments: { prod: faulty } }))
  expect(own.message).toContain('environments.prod')
  expect(own.message).toContain(fault)
})

it.each([
  ['lambda-zip', { memory: 64 }, 'settings.memory: Too small'],
  ['lambda-zip', { timeout: 901 }, 'settings.timeout: Too big'],
  ['lambda-zip', { runtime: 'Node 24' }, 'settings.runtime: must be a Lambda runtime'],
  ['lambda-image', { handler: 'index.handler' }, 'settings: Unrecognized key: "handler"'],
  ['lambda-image', { count: 2 }, 'settings: Unrecognized key: "count"'],
] as const)('a %s refuses %j', (kind, faulty, fault) => {
  expect(userError(() => config(kind, { settings: faulty })).message).toContain(fault)
})

it('refuses an invalid environment name', () => {
  const { message } = userError(() => config('ecs-service', { environments: { Prod: {} } }))
  expect(message).toContain('environments.Prod: must be the name of an environment')
})

it.each([
  [{ cpu: 300 }, 'cpu: must be one of 256, 512, 1024'],
  [{ cpu: 256, memory: 4096 }, 'memory: must be from 512 to 2048 in steps of 1024 with a cpu of 256'],
  [{ cpu: 512, memory: 512 }, 'memory: must be from 1024 to 4096'],
  [{ cpu: 1024, memory: 2500 }, 'memory: must be from 2048 to 8192'],
  [{ strategy: { type: 'linear' } }, 'strategy: linear shifts load balancer traffic, so it needs a route'],
  [{ strategy: { type: 'rolling', alternate: true } }, 'strategy.alternate: a second target group needs a'],
  [{ count: { min: 3, max: 2 } }, 'count: min is 3, more than max, which is 2'],
  [{ count: { min: 1, max: 2, requestsPerTask: 9 } }, 'count.requestsPerTask: counts requests, so it needs'],
  [
    { route, strategy: { type: 'canary' }, count: { min: 1, max: 2, requestsPerTask: 9 } },
    'count.requestsPerTask: does not work with canary: use cpuPercent or memoryPercent',
  ],
  [
    { route: { priority: 1, hosts: ['a', 'b', 'c'], paths: ['/a', '/b', '/c'] } },
    'route: AWS allows 5 hosts and paths together in a rule, and this has 6',
  ],
  [{ variables: { PORT: '80' } }, 'variables.PORT: is set from port'],
  [
    { variables: { KEY: 'x' }, secrets: { KEY: 'arn:aws:ssm:eu-central-1:111111111111:parameter/x' } },
    'secrets.KEY: is already one of the variables',
  ],
])('refuses settings that do not fit together: %j', (faulty, fault) => {
  const error = userError(() => settings('ecs-service', {}, faulty))
  expect(error.message).toContain('services/x/service.json is not valid:\n  in staging: ')
  expect(error.message).toContain(fault)
})

it.each([
  [256, 512],
  [256, 2048],
  [512, 4096],
  [4096, 9216],
  [8192, 20_480],
  [16_384, 122_880],
])('Fargate has a size of %d units and %d MiB', (cpu, memory) => {
  expect(settings('ecs-service', { cpu, memory })).toMatchObject({ cpu, memory })
})

it('checks a task size per environment, after the overrides', () => {
  const one = config('ecs-service', { settings: { cpu: 1024 }, environments: { prod: { memory: 2048 } } })
  expect(() => settingsIn(one, 'prod', source)).not.toThrow()
  expect(userError(() => settingsIn(one, 'staging', source)).message).toContain('memory: must be from 2048')
})

it('a Lambda function may have a variable PORT, since it has no port setting', () => {
  expect(() => settings('lambda-zip', { variables: { PORT: '1' } })).not.toThrow()
})

it('parsing keeps the given settings, and parsing the result again changes nothing', () => {
  const given = { settings: { count: 2, alarms: { cpuPercent: 60 } }, environments: { prod: { count: 4 } } }
  const parsed = config('ecs-service', given)
  expect(parsed).toMatchObject(given)
  expect(parseServiceConfig(JSON.stringify(parsed), source)).toEqual(parsed)
})

it.each([
  [{ type: 'rolling' }, 0],
  [{ type: 'blue-green' }, 5],
  [{ type: 'canary', canaryMinutes: 7 }, 12],
  [{ type: 'linear' }, 13],
  [{ type: 'linear', stepPercent: 30, stepMinutes: 10, bakeMinutes: 60 }, 90],
])('a rollout with %j takes at least %d minutes', (strategy, minutes) => {
  const own = { settings: { route: { priority: 1, paths: ['/*'] }, strategy } }
  expect(minutesOf(planIn(config('ecs-service', own)).phases)).toBe(minutes)
})

it('a rollout of a function is all at once, or in the phases of its environment, with its own alarms and others', () => {
  expect(planIn(config('lambda-zip', {}))).toMatchObject({ phases: allAtOnce })
  const own = {
    strategy: '5%/15m, 100%/10m',
    watch: { alarms: ['orders-lost'], ignoreRinging: ['x-prod-latency'] },
  }
  const plan = planIn(config('lambda-zip', { environments: { prod: own } }))
  expect(plan).toMatchObject({
    phases: [
      { share: 5, minutes: 15 },
      { share: 100, minutes: 10 },
    ],
    criteria: { sustained: { percent: 5 }, noData: 'probe' },
    alarms: ['x-prod-errors', 'x-prod-throttles', 'orders-lost'],
  })
})

it('without its own alarms a rollout watches others, or has no phases', () => {
  const alarmsOf = (own: object) =>
    planIn(config('lambda-zip', { settings: { alarms: false, ...own } })).alarms
  expect(alarmsOf({})).toEqual([])
  expect(alarmsOf({ strategy: '100%/5m', watch: { alarms: ['orders-lost'] } })).toEqual(['orders-lost'])
})

it('a rollout of an ECS service is watched in phases, and left to ECS with a strategy of its own', () => {
  const route = { priority: 1, paths: ['/*'] }
  const planOf = (own: object) => planIn(config('ecs-service', { settings: own }))
  expect(planOf({ route, strategy: '5%/15m, 100%/10m', watch: { alarms: ['orders-lost'] } })).toEqual({
    phases: [
      { share: 5, minutes: 15 },
      { share: 100, minutes: 10 },
    ],
    criteria: criteriaSchema.parse({}),
    alarms: ['x-prod-5xx', 'x-prod-latency', 'x-prod-cpu', 'orders-lost'],
  })
  expect(planOf({ route, strategy: { type: 'canary' } })).toMatchObject({
    isLeftToPlatform: true,
    alarms: [],
  })
  expect(isWatched(planOf({ route, strategy: { type: 'canary' } }))).toBe(false)
  expect(planOf({ strategy: 'AllAtOnce' })).toMatchObject({ phases: allAtOnce })
})

it.each([
  [
    { strategy: '5%/5m, 100%/5m', route: undefined },
    'need a load balancer: give it a route, or use AllAtOnce',
  ],
  [{ strategy: '100%/5m', route: undefined }, 'give it a route, or use AllAtOnce'],
  [{ strategy: '2%/5m, 25%/5m, 100%/5m' }, 'use 5%/5m, 25%/5m, 100%/5m'],
  [{ strategy: 'Linear10PercentEvery1Minut' }, 'Did you mean Linear10PercentEvery1Minute?'],
  [
    { strategy: { type: 'canary', percnt: 5 } },
    'strategy: Unrecognized key: "percnt" (did you mean "percent"?)',
  ],
  [{ smoke: { path: '/health' } }, 'smoke: only a rollout in phases runs it'],
  [{ strategy: '100%/5m', smoke: { path: 'health' } }, 'must be a path such as /health'],
  [{ strategy: 5 }, 'strategy: must be phases such as'],
  [
    { strategy: { type: 'canary' }, alarms: false },
    'without its own alarms a rollout in phases has none to watch',
  ],
  [{ strategy: '5%/5m, 100%/5m', criteria: { warning: { percent: 0.1 } } }, 'less than one error'],
  [
    { strategy: '5%/5m, 100%/5m', count: { min: 1, max: 2, requestsPerTask: 5 } },
    'does not work with 5%/5m, 100%/5m: use cpuPercent',
  ],
])('an ECS service with %j is refused: %s', (settings, problem) => {
  const own = { route: { priority: 1, paths: ['/*'] }, ...settings }
  const error = userError(() => planIn(config('ecs-service', { settings: own })))
  expect(`${error.message} ${error.cause}`).toContain(problem)
})

it.each([
  [{ strategy: 'Canary10Percent5Minute' }, 'Did you mean Canary10Percent5Minutes?'],
  [{ strategy: '50%/5m, 20%/5m, 100%/1m' }, 'the shares must increase'],
  [{ criteria: { warning: { percent: 0.1 } } }, 'less than one error'],
  [{ criteria: { sustained: { percent: 60 } } }, 'more than that of critical'],
  [{ criteria: { latency: 3 } }, 'latency'],
  [{ watch: { alarms: ['arn:aws:cloudwatch:us-west-2:1:alarm:x'] } }, 'not an ARN'],
  [{ smoke: { timeoutSeconds: 0 } }, 'timeoutSeconds'],
  [{ subnets: ['subnet-1'] }, 'subnets: only a function in a network has any'],
  [
    { provisionedConcurrency: 2, strategy: '10%/5m, 100%/5m' },
    'provisionedConcurrency: Lambda takes no weights on an alias that has it',
  ],
  [{ provisionedConcurrency: 2, reservedConcurrency: 1 }, 'more than reservedConcurrency, which is 1'],
  [{ provisionedConcurrency: 2, smoke: {} }, 'leave one of them out'],
  [
    { logging: { applicationLogLevel: 'WARN' } },
    'logging.applicationLogLevel: only logs in JSON have levels',
  ],
  [{ ephemeralStorage: 100 }, 'ephemeralStorage: Too small'],
  [{ deadLetterTargetArn: 'dead' }, 'must be the ARN of an SQS queue or an SNS topic'],
  [{ layers: ['tools'] }, 'layers.0: must be the ARN of a version of a layer'],
  [
    { functionUrl: { cors: { allowOrigins: ['example.com'] } } },
    'must be an origin such as https://example.com',
  ],
  [
    { schedules: { nightly: { expression: 'cron(0 3 * * *)' } } },
    'schedules.nightly.expression: must be rate',
  ],
  [
    { schedules: { nightly: { expression: 'rate(1 day)', timezone: 'Mars' } } },
    'must be a time zone such as Europe/Berlin',
  ],
  [{ schedules: { Nightly: { expression: 'rate(1 day)' } } }, 'must have lower-case letters'],
  [
    {
      schedules: { orders: { expression: 'rate(1 day)' } },
      eventSources: { orders: { type: 's3', bucket: 'orders' } },
    },
    'schedules.orders: is already the name of an event source',
  ],
  [
    { eventSources: { x: { type: 'sqs', arn: 'orders' } } },
    'eventSources.x.arn: must be the ARN of an SQS queue',
  ],
  [
    { eventSources: { x: { type: 'sqs', arn: 'arn:aws:sqs:eu-central-1:222222222222:x', batchSize: 50 } } },
    'eventSources.x.batchSize: more than 10 needs a maximumBatchingWindowInSeconds',
  ],
  [
    {
      eventSources: {
        x: { type: 'sqs', arn: 'arn:aws:sqs:eu-central-1:222222222222:x.fifo', batchSize: 50 },
      },
    },
    'eventSources.x.batchSize: must be at most 10 for a FIFO queue',
  ],
  [
    { eventSources: { x: { type: 'kinesis', arn: 'arn:aws:kinesis:eu-central-1:222222222222:stream/x' } } },
    'eventSources.x.startingPosition',
  ],
  [{ eventSources: { x: { type: 'eventbridge', pattern: {} } } }, 'must match on something'],
  [
    { alarms: false, strategy: '10%/5m, 100%/5m' },
    'without its own alarms a rollout in phases has none to watch',
  ],
])('a function with %j is refused: %s', (settings, problem) => {
  const error = userError(() => planIn(config('lambda-zip', { settings })))
  expect(`${error.message} ${error.cause}`).toContain(problem)
})
