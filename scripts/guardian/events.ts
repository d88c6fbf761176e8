import { z } from 'zod'
import { isServiceName, type ServiceName } from '../names/service-name.ts'

const service = z
  .string()
  .refine(isServiceName)
  .transform(name => name as ServiceName)

const deadlineCall = z.strictObject({
  deadline: z.strictObject({ environment: z.string(), service, started: z.int().min(1) }),
})

/** What the schedule of a rollout tells the guardian. */
export type DeadlineCall = z.output<typeof deadlineCall>

const stepsCall = z.strictObject({ steps: z.literal('due') })

/** What the schedule for the steps tells the guardian, once a minute. */
export type StepsCall = z.output<typeof stepsCall>

// Amazon CloudWatch user guide, "Invoke a Lambda function from an alarm".
const alarmCall = z.looseObject({
  source: z.literal('aws.cloudwatch'),
  accountId: z.string(),
  region: z.string(),
  alarmData: z.looseObject({
    alarmName: z.string(),
    state: z.looseObject({ value: z.string(), timestamp: z.string().optional() }),
  }),
})

// Amazon ECS developer guide, "Amazon ECS service deployment state change events".
const deploymentEvent = z.looseObject({
  source: z.literal('aws.ecs'),
  'detail-type': z.literal('ECS Deployment State Change'),
  account: z.string(),
  region: z.string(),
  resources: z.array(z.string()).min(1),
  detail: z.looseObject({ eventName: z.string(), reason: z.string().optional() }),
})

/** What the guardian is called for. */
export type GuardianEvent =
  /** `at` is when it began to be so. */
  | {
      readonly type: 'alarm'
      readonly name: string
      readonly rings: boolean
      readonly at: string | undefined
    }
  | { readonly type: 'deadline'; readonly service: ServiceName; readonly started: number }
  | { readonly type: 'deployment'; readonly resource: string; readonly ended: boolean; readonly says: string }
  | { readonly type: 'steps' }
  /** Nothing that it knows, or of another place; `says` is what. */
  | { readonly type: 'unknown'; readonly says: string }

/** The environment that a guardian guards, and where that is. */
export type Guarded = { readonly environment: string; readonly account: string; readonly region: string }

/** Reads what the guardian was called with. Whatever is not meant for it is unknown. */
export function readEvent(call: unknown, guarded: Guarded): GuardianEvent {
  const deadline = deadlineCall.safeParse(call).data?.deadline
  if (deadline !== undefined) {
    if (deadline.environment !== guarded.environment) return elsewhere(deadline.environment)
    return { type: 'deadline', service: deadline.service, started: deadline.started }
  }
  if (stepsCall.safeParse(call).success) return { type: 'steps' }
  const alarm = alarmCall.safeParse(call).data
  if (alarm !== undefined) {
    const { accountId: account, region, alarmData } = alarm
    if (!isHere({ account, region }, guarded)) return elsewhere(`${account} ${region}`)
    const { value, timestamp: at } = alarmData.state
    return { type: 'alarm', name: alarmData.alarmName, rings: value === 'ALARM', at }
  }
  const event = deploymentEvent.safeParse(call).data
  if (event === undefined) return { type: 'unknown', says: 'this is no call that a guardian knows' }
  if (!isHere(event, guarded)) return elsewhere(`${event.account} ${event.region}`)
  const { eventName, reason } = event.detail
  const [resource = ''] = event.resources
  const says = [eventName, reason].filter(Boolean).join(': ')
  return { type: 'deployment', resource, ended: eventName !== 'SERVICE_DEPLOYMENT_IN_PROGRESS', says }
}

function isHere(one: Omit<Guarded, 'environment'>, guarded: Guarded): boolean {
  return one.account === guarded.account && one.region === guarded.region
}

function elsewhere(place: string): GuardianEvent {
  return { type: 'unknown', says: `this is about ${place}, which this guardian does not guard` }
}
