import { z } from 'zod'
import { criteriaFaults, criteriaSchema } from '../../strategy/criteria.ts'
import { phasesIn, strategyText } from '../../strategy/parse-strategy.ts'
import type { Phases } from '../../strategy/phases.ts'
import { requestCheck } from '../../strategy/smoke.ts'
import { unwatchedFaults, watchedAlarms } from '../../strategy/watch.ts'
import { alarmLimit, alarmSettings, commonSettings } from '../settings.ts'
import { capacityFaults, capacityProviderStrategy } from './parts/capacity.ts'
import { count, countFaults } from './parts/count.ts'
import { logFaults, logSettings } from './parts/logs.ts'
import { portFaults, ports, serviceConnect } from './parts/ports.ts'
import { schedules } from './parts/schedules.ts'
import { dependsOn, sidecarFaults, sidecars } from './parts/sidecars.ts'
import { volumeFaults, volumes } from './parts/volumes.ts'
import { phaseFaults, phasesOf } from './phases.ts'

const minutes = z.number().int().min(0).max(1440)
const percent = z.number().int().min(1).max(99)

const ownStrategy = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('rolling'),
    alternate: z
      .boolean()
      .optional()
      .describe(
        'Whether it has the second target group already, the step to and from a strategy that shifts',
      ),
  }),
  z.strictObject({ type: z.literal('blue-green'), bakeMinutes: minutes.default(5) }),
  z.strictObject({
    type: z.literal('canary'),
    percent: percent.default(10),
    canaryMinutes: minutes.default(5),
    bakeMinutes: minutes.default(5),
  }),
  z.strictObject({
    type: z.literal('linear'),
    // Amazon ECS API reference, LinearConfiguration.
    stepPercent: percent.min(3).default(20),
    stepMinutes: minutes.default(2),
    bakeMinutes: minutes.default(5),
  }),
])

function isObject(input: unknown): boolean {
  return typeof input === 'object' && input !== null && !Array.isArray(input)
}

// Amazon ECS API reference, CreateService and CreateCluster.
const existingName = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,255}$/, 'must be a name in ECS: letters, digits, - and _')

const route = z
  .strictObject({
    priority: z
      .number()
      .int()
      .min(1)
      .max(50_000)
      .describe("Priority of the listener's rule, unique for each service"),
    paths: z.array(z.string().min(1).max(128)).min(1).max(5).optional().describe('Such as /quotes/*'),
    hosts: z.array(z.string().min(1).max(128)).min(1).max(5).optional().describe('Such as api.example.com'),
    healthCheck: z
      .string()
      .regex(/^\/\S*$/, 'must be a path such as /health')
      .default('/health'),
    targetGroup: z
      .string()
      // Elastic Load Balancing API reference, CreateTargetGroup, Name.
      .regex(
        /^[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?$/,
        'must be the name of a target group: letters, digits and -',
      )
      .optional()
      .describe('What its target group is called, where it was there before'),
  })
  .refine(({ paths, hosts }) => paths !== undefined || hosts !== undefined, 'must have paths or hosts')

/** The settings of an ECS service. */
export const ecsSettings = z.strictObject({
  ...commonSettings,
  name: existingName
    .optional()
    .describe(
      'What the service is called in AWS, where it was there before; <service>-<environment> by default',
    ),
  cluster: existingName.optional().describe("Its own cluster, in place of the environment's"),
  container: existingName
    .optional()
    .describe(
      'What its container is called, where a load balancer sends requests to it already; as the service by default',
    ),
  cpu: z.number().int().default(256).describe('CPU units; 1024 is one core'),
  memory: z.number().int().default(512).describe('MiB'),
  count: count
    .default(1)
    .describe('Number of tasks, or the limits within which AWS scales it: Terraform then leaves it alone'),
  port: z.number().int().min(1).max(65_535).default(8080).describe('The port that the container listens on'),
  ports: ports.optional().describe('Further ports of the container, by name'),
  command: z.array(z.string()).min(1).optional().describe("Replaces the image's own command"),
  sidecars: sidecars
    .optional()
    .describe("Containers that run beside the service's own in each task, by name"),
  dependsOn: dependsOn.optional().describe('The sidecars that the service waits for, and for what'),
  ...logSettings,
  volumes: volumes.optional().describe('File systems of EFS that the service mounts, by name'),
  serviceConnect: serviceConnect
    .optional()
    .describe('How it takes part in ECS Service Connect; not at all by default'),
  capacityProviderStrategy: capacityProviderStrategy
    .optional()
    .describe('What its tasks run on: Fargate Spot, too, or only Fargate, as by default'),
  enableExecuteCommand: z
    .boolean()
    .optional()
    .describe('Whether people may open a shell in its tasks (aws ecs execute-command)'),
  schedules: schedules.optional().describe('Commands that run now and then in tasks of their own, by name'),
  route: route
    .optional()
    .describe('The requests that the load balancer sends to it; no load balancer by default'),
  strategy: z
    .union([ownStrategy, strategyText], {
      error: ({ input }) =>
        typeof input === 'string' || isObject(input)
          ? undefined
          : 'must be phases such as 5%/15m, 50%/1h, 100%/10m, or an object with a type',
    })
    .default({ type: 'rolling' })
    .describe(
      'How a new task definition takes over: phases such as 5%/15m, 50%/1h, 100%/10m, which are watched, or a strategy that ECS carries out alone',
    ),
  criteria: criteriaSchema.prefault({}).describe('When a rollout by phases goes back'),
  smoke: requestCheck
    .optional()
    .describe('A request to the new tasks before they get traffic, through the test listener'),
  watch: watchedAlarms,
  tracing: z
    .literal('Active', {
      error:
        'must be Active, which lets its task send traces to X-Ray: ECS itself makes none, so a sidecar or the code sends them',
    })
    .optional()
    .describe('Active: lets its task send traces to X-Ray'),
  alarms: alarmSettings({
    serverErrors: alarmLimit.default(5).describe('5xx responses per minute; only with a route'),
    latencyMs: alarmLimit.default(2000).describe('99th percentile; only with a route'),
    cpuPercent: alarmLimit.max(100).default(95).describe('Average'),
  }),
})

/** The settings of an ECS service in one environment. */
export type EcsSettings = z.output<typeof ecsSettings>

/** How ECS moves a service to a new task definition: one task after the other, or between two target groups. */
export type EcsStrategy = EcsSettings['strategy']

/** The phases that Waybill watches; undefined where ECS carries the strategy out alone, or there is nothing to watch. */
export function watchedPhases(strategy: EcsStrategy): Phases | undefined {
  if (typeof strategy !== 'string') return undefined
  const phases = phasesIn(strategy)
  return phases.length > 1 || phases[0].minutes > 0 ? phases : undefined
}

/** Whether ECS shifts traffic, and does not replace tasks one by one. */
export function shifts(strategy: EcsStrategy): boolean {
  return typeof strategy === 'string' ? watchedPhases(strategy) !== undefined : strategy.type !== 'rolling'
}

/** Whether a service has two target groups: ECS shifts traffic between them, or soon will. */
export function alternates(strategy: EcsStrategy): boolean {
  return shifts(strategy) || (typeof strategy !== 'string' && 'alternate' in strategy && !!strategy.alternate)
}

/**
 * Faults across fields of an ECS service's settings. Task sizes are from the Amazon ECS developer guide, "Fargate task
 * definition considerations".
 */
export function ecsFaults(settings: EcsSettings): string[] {
  const { cpu, memory, route, strategy, smoke, variables, secrets } = settings
  const size = fargateSizes.get(cpu)
  const shifting = typeof strategy === 'string' ? strategy : strategy.type
  const bad = [
    ...countFaults(settings.count, {
      isRouted: route !== undefined,
      shifting: shifts(strategy) ? shifting : undefined,
    }),
    ...criteriaFaults(settings.criteria),
    ...alarmFaults(settings),
    ...sidecarFaults(settings),
    ...logFaults(settings),
    ...volumeFaults(settings.volumes),
    ...portFaults(settings),
    ...capacityFaults(settings.capacityProviderStrategy),
  ]
  if (size === undefined) bad.push(`cpu: must be one of ${[...fargateSizes.keys()].join(', ')}`)
  else if (memory < size.from || memory > size.to || (memory % size.step !== 0 && memory !== 512))
    bad.push(`memory: must be from ${size.from} to ${size.to} in steps of ${size.step} with a cpu of ${cpu}`)
  if (smoke !== undefined && watchedPhases(strategy) === undefined)
    bad.push('smoke: only a rollout in phases runs it: use a strategy such as 100%/5m')
  if (typeof strategy === 'string') bad.push(...phaseFaults(phasesIn(strategy), settings))
  else if (strategy.type !== 'rolling' && route === undefined)
    bad.push(`strategy: ${strategy.type} shifts load balancer traffic, so it needs a route`)
  else if (alternates(strategy) && route === undefined)
    bad.push('strategy.alternate: a second target group needs a route')
  const values = (route?.hosts ?? []).length + (route?.paths ?? []).length
  if (values > conditionValues)
    bad.push(
      `route: AWS allows ${conditionValues} hosts and paths together in a rule, and this has ${values}`,
    )
  if ('PORT' in variables || 'PORT' in secrets)
    bad.push('variables.PORT: is set from port, so it must not be given here')
  return bad
}

function alarmFaults({ alarms, strategy, watch }: EcsSettings): string[] {
  if (alarms !== false) return []
  const phases = typeof strategy === 'string' ? phasesIn(strategy) : phasesOf(strategy)
  return unwatchedFaults(phases, watch.alarms)
}

// Elastic Load Balancing user guide, "Quotas for your Application Load Balancers": condition values per rule.
const conditionValues = 5

const fargateSizes = new Map([
  [256, { from: 512, to: 2048, step: 1024 }],
  [512, { from: 1024, to: 4096, step: 1024 }],
  [1024, { from: 2048, to: 8192, step: 1024 }],
  [2048, { from: 4096, to: 16_384, step: 1024 }],
  [4096, { from: 8192, to: 30_720, step: 1024 }],
  [8192, { from: 16_384, to: 61_440, step: 4096 }],
  [16_384, { from: 32_768, to: 122_880, step: 8192 }],
])
