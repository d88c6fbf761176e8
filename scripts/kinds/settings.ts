import { z } from 'zod'

const variableName = z
  .string()
  .regex(/^[a-zA-Z][a-zA-Z0-9_]*$/, 'must be the name of an environment variable: letters, digits and _')
  // AWS Lambda developer guide, "Reserved environment variables".
  .refine(
    name => !/^(AWS_|LAMBDA_)/.test(name),
    'must not begin with AWS_ or LAMBDA_: those names are reserved',
  )
  .refine(
    name => name !== 'RELEASE' && name !== 'COMMIT',
    'must not be RELEASE or COMMIT: a deployment says there what it deploys',
  )
const secretArn = z
  .string()
  .regex(
    /^arn:aws[a-z-]*:(ssm:[a-z0-9-]+:[0-9]{12}:parameter\/[\w./-]+|secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[\w/+=.@-]+)$/,
    'must be the ARN of a parameter of SSM or of a secret of Secrets Manager: a secret itself never stands here',
  )
// Amazon CloudWatch Logs API reference, PutRetentionPolicy, retentionInDays.
const retentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
]

const statement = z.strictObject({
  actions: z
    .array(z.string().regex(/^[a-z0-9-]+:[A-Za-z]+\*?$/, 'must be an IAM action such as s3:GetObject'))
    .min(1),
  resources: z
    .array(z.string().regex(/^arn:aws[a-z-]*:[^\s]+$/, 'must be an ARN; * alone is not taken'))
    .min(1),
})
const minutes = z.number().int().min(0).max(1440)
const percent = z.number().int().min(1).max(99)
const alarmLimit = z.number().positive()

const common = {
  variables: z
    .record(variableName, z.string())
    .default({})
    .describe('Environment variables; those of an environment are added to those of all'),
  secrets: z
    .record(variableName, secretArn)
    .default({})
    .describe('Environment variables by the ARN of their value in SSM or Secrets Manager'),
  permissions: z
    .array(statement)
    .default([])
    .describe('What the code itself may do in AWS, beside reading its secrets and writing its log'),
  logRetentionDays: z
    .number()
    .refine(days => retentions.includes(days), `must be one of ${retentions.join(', ')}`)
    .default(30),
}

const lambda = {
  ...common,
  memory: z.number().int().min(128).max(10_240).default(256).describe('MiB'),
  timeout: z.number().int().min(1).max(900).default(30).describe('Seconds'),
  reservedConcurrency: z
    .number()
    .int()
    .min(0)
    .optional()
    .describe('How many may run at once; no limit by default'),
  inNetwork: z
    .boolean()
    .default(false)
    .describe('Whether it runs in the network that environments.json names'),
  alarms: z
    .strictObject({
      errors: alarmLimit.default(5).describe('A minute'),
      throttles: alarmLimit.default(5).describe('A minute'),
      latencyMs: alarmLimit.optional().describe('The 99th percentile; 80 % of the timeout by default'),
    })
    .prefault({})
    .describe('From when on a rollout is stopped'),
}

/** The settings of a Lambda from a zip. */
export const zipSettings = z.strictObject({
  ...lambda,
  handler: z
    .string()
    .regex(/^\S{1,128}$/, 'must be a handler such as index.handler')
    .default('index.handler'),
  runtime: z
    .string()
    .regex(/^[a-z0-9.]+$/, 'must be a runtime of Lambda such as nodejs24.x')
    .default('nodejs24.x'),
  architecture: z.enum(['x86_64', 'arm64']).default('x86_64'),
})

/** The settings of a Lambda from an image. */
export const lambdaImageSettings = z.strictObject({
  ...lambda,
  command: z.array(z.string()).min(1).optional().describe("Instead of the image's own"),
})

const strategy = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('rolling') }),
  z.strictObject({ type: z.literal('blue-green'), bakeMinutes: minutes.default(5) }),
  z.strictObject({
    type: z.literal('canary'),
    percent: percent.default(10),
    canaryMinutes: minutes.default(5),
    bakeMinutes: minutes.default(5),
  }),
  z.strictObject({
    type: z.literal('linear'),
    stepPercent: percent.default(20),
    stepMinutes: minutes.default(2),
    bakeMinutes: minutes.default(5),
  }),
])

const route = z
  .strictObject({
    priority: z
      .number()
      .int()
      .min(1)
      .max(50_000)
      .describe("Of the listener's rule, its own for each service"),
    paths: z.array(z.string().min(1).max(128)).min(1).max(5).optional().describe('As in /quotes/*'),
    hosts: z.array(z.string().min(1).max(128)).min(1).max(5).optional().describe('As in api.example.com'),
    healthCheck: z
      .string()
      .regex(/^\/\S*$/, 'must be a path such as /health')
      .default('/health'),
  })
  .refine(({ paths, hosts }) => paths !== undefined || hosts !== undefined, 'must have paths or hosts')

/** The settings of an ECS service. */
export const ecsSettings = z.strictObject({
  ...common,
  cpu: z.number().int().default(256).describe('Units, 1024 for a core'),
  memory: z.number().int().default(512).describe('MiB'),
  count: z.number().int().min(0).max(5000).default(1).describe('Tasks'),
  port: z.number().int().min(1).max(65_535).default(8080).describe('That the container listens on'),
  command: z.array(z.string()).min(1).optional().describe("Instead of the image's own"),
  route: route
    .optional()
    .describe('Which requests the load balancer sends to it; left out: no load balancer'),
  strategy: strategy.default({ type: 'rolling' }).describe('How a new task definition takes over'),
  alarms: z
    .strictObject({
      serverErrors: alarmLimit.default(5).describe('Answers of 5xx a minute; with a route only'),
      latencyMs: alarmLimit.default(2000).describe('The 99th percentile; with a route only'),
      cpuPercent: alarmLimit.max(100).default(95).describe('On average'),
    })
    .prefault({})
    .describe('From when on a rollout is stopped'),
})

/** The settings of a Lambda from a zip in one environment. */
export type ZipSettings = z.output<typeof zipSettings>
/** The settings of a Lambda from an image in one environment. */
export type LambdaImageSettings = z.output<typeof lambdaImageSettings>
/** The settings of an ECS service in one environment. */
export type EcsSettings = z.output<typeof ecsSettings>

/** What may be given of some settings, in one place of several: every field may be left out, and none has a default. */
export function partOf(settings: z.ZodObject): z.ZodObject {
  return z.strictObject(
    Object.fromEntries(
      Object.entries(settings.shape).map(([name, field]) => [name, optional(field as z.ZodType)]),
    ),
  )
}

function optional(field: z.ZodType): z.ZodType {
  const inner =
    field instanceof z.ZodDefault || field instanceof z.ZodPrefault ? (field.unwrap() as z.ZodType) : field
  const isGroup = field instanceof z.ZodPrefault && inner instanceof z.ZodObject
  const part = isGroup ? partOf(inner) : inner
  const description = describe(field)
  return (description === undefined ? part : part.describe(description)).optional()
}

function describe(field: z.ZodType): string | undefined {
  if (!(field instanceof z.ZodDefault)) return field.description
  const value = `${JSON.stringify(field.def.defaultValue)} by default`
  return field.description === undefined ? value : `${field.description}; ${value}`
}

/** Puts the settings of one environment over those of all: maps and groups by key, everything else whole. */
export function overlay(all: Part, own: Part): Part {
  const grouped = ['variables', 'secrets', 'alarms']
    .filter(name => name in all && name in own)
    .map(name => [name, { ...(all[name] as object), ...(own[name] as object) }])
  return { ...all, ...own, ...Object.fromEntries(grouped) }
}

/** Some settings, as they are given. */
export type Part = Readonly<Record<string, unknown>>

/** How long a strategy makes a rollout take, besides the start of the tasks. */
export function strategyMinutes(strategy: EcsSettings['strategy']): number {
  switch (strategy.type) {
    case 'rolling':
      return 0
    case 'blue-green':
      return strategy.bakeMinutes
    case 'canary':
      return strategy.canaryMinutes + strategy.bakeMinutes
    case 'linear':
      return Math.ceil(100 / strategy.stepPercent) * strategy.stepMinutes + strategy.bakeMinutes
  }
}

/** What is wrong with some settings of any kind of service, though each field may be right. */
export function commonFaults({ variables, secrets }: Pick<EcsSettings, 'variables' | 'secrets'>): string[] {
  return Object.keys(secrets)
    .filter(name => Object.hasOwn(variables, name))
    .map(name => `secrets.${name}: is one of the variables already`)
}

/**
 * What is wrong with some settings of an ECS service, though each field may be right.
 * Amazon ECS developer guide, "Fargate task definition considerations": the sizes of a task.
 */
export function ecsFaults({ cpu, memory, route, strategy, variables, secrets }: EcsSettings): string[] {
  const size = fargateSizes.get(cpu)
  const bad = []
  if (size === undefined) bad.push(`cpu: must be one of ${[...fargateSizes.keys()].join(', ')}`)
  else if (memory < size.from || memory > size.to || (memory % size.step !== 0 && memory !== 512))
    bad.push(`memory: must be from ${size.from} to ${size.to} in steps of ${size.step} with a cpu of ${cpu}`)
  if (strategy.type !== 'rolling' && route === undefined)
    bad.push(`strategy: ${strategy.type} shifts the traffic of a load balancer, so it needs a route`)
  if ('PORT' in variables || 'PORT' in secrets)
    bad.push('variables.PORT: is what port says, and the container gets it')
  return bad
}

const fargateSizes = new Map([
  [256, { from: 512, to: 2048, step: 1024 }],
  [512, { from: 1024, to: 4096, step: 1024 }],
  [1024, { from: 2048, to: 8192, step: 1024 }],
  [2048, { from: 4096, to: 16_384, step: 1024 }],
  [4096, { from: 8192, to: 30_720, step: 1024 }],
  [8192, { from: 16_384, to: 61_440, step: 4096 }],
  [16_384, { from: 32_768, to: 122_880, step: 8192 }],
])
