import { z } from 'zod'
import type { Identity } from '../iam/identities.ts'
import { ecsError } from './errors.ts'
import { fail, failByHook } from './failing.ts'
import { clusterSchema, invalidParameter, listed, pageSchema, readInput } from './input.ts'
import { printBrief, printServiceDeployment } from './print.ts'
import { activeService } from './services.ts'
import { settle } from './settle.ts'
import type { EcsService, EcsState, Revision, ServiceDeployment } from './state.ts'
import { ecsArn, seconds } from './state.ts'
import { groupsOf, type Side } from './traffic.ts'

const statuses = [
  ...(['PENDING', 'SUCCESSFUL', 'STOPPED', 'STOP_REQUESTED', 'IN_PROGRESS'] as const),
  ...(['ROLLBACK_REQUESTED', 'ROLLBACK_IN_PROGRESS', 'ROLLBACK_SUCCESSFUL', 'ROLLBACK_FAILED'] as const),
] as const
const listSchema = clusterSchema.extend({
  ...pageSchema.shape,
  service: z.string(),
  status: z.array(z.enum(statuses)).exactOptional(),
})
const describeSchema = z.object({ serviceDeploymentArns: z.array(z.string()).min(1).max(20) })
const revisionsSchema = z.object({ serviceRevisionArns: z.array(z.string()).min(1).max(20) })
const stopSchema = z.object({
  serviceDeploymentArn: z.string(),
  stopType: z.enum(['ABORT', 'ROLLBACK']).default('ROLLBACK'),
})
const continueSchema = z.object({
  serviceDeploymentArn: z.string(),
  hookId: z.string(),
  action: z.enum(['CONTINUE', 'ROLLBACK']).default('CONTINUE'),
})

/** ListServiceDeployments, the newest first. */
export function listServiceDeployments(state: EcsState, identity: Identity, input: unknown): object {
  const { cluster, service: name, status, ...page } = readInput(listSchema, input)
  const service = activeService(state, identity, cluster, name)
  const records = service.history.filter(record => status?.includes(record.status) ?? true)
  const briefs = records.map(record => printBrief(service, record)).reverse()
  return listed('serviceDeployments', briefs, page)
}

/** DescribeServiceDeployments: one rollout or one failure for each ARN. */
export function describeServiceDeployments(state: EcsState, identity: Identity, input: unknown): object {
  const { serviceDeploymentArns } = readInput(describeSchema, input)
  const serviceDeployments: object[] = []
  const failures: object[] = []
  for (const arn of serviceDeploymentArns) {
    const service = serviceOf(state, identity, arn)
    if (service) settle(state, service)
    const record = service && recordOf(service, arn)
    if (record) serviceDeployments.push(printServiceDeployment(service, record))
    else failures.push({ arn, reason: 'MISSING' })
  }
  return { serviceDeployments, failures }
}

/** StopServiceDeployment: back to what ran before, or (ABORT) no further. */
export function stopServiceDeployment(state: EcsState, identity: Identity, input: unknown): object {
  const { serviceDeploymentArn, stopType } = readInput(stopSchema, input)
  const { service, record } = existing(state, identity, serviceDeploymentArn)
  const [primary] = service.deployments
  // Amazon ECS developer guide, "Stopping Amazon ECS service deployments": one that rolls back already goes on with it.
  if (record.status === 'ROLLBACK_IN_PROGRESS') return { serviceDeploymentArn }
  if (record.status !== 'IN_PROGRESS' || primary?.record !== record) {
    throw ecsError('ConflictException', `The service deployment is ${record.status} and cannot be stopped.`)
  }
  const how = { watch: 'ECS deployment', cause: 'stopped by a user.', rollback: stopType === 'ROLLBACK' }
  fail(state, service, primary, { ...how, at: state.clock.now() })
  return { serviceDeploymentArn }
}

/**
 * ContinueServiceDeployment: onwards or back from where a hook paused. Of the errors that the API reference lists for
 * it, only InvalidParameterException fits a hook that does not wait.
 */
export function continueServiceDeployment(state: EcsState, identity: Identity, input: unknown): object {
  const { serviceDeploymentArn, hookId, action } = readInput(continueSchema, input)
  const { service, record } = existing(state, identity, serviceDeploymentArn)
  const [primary] = service.deployments
  if (record.status !== 'IN_PROGRESS' || primary?.record !== record)
    throw invalidParameter(`The service deployment is ${record.status} and cannot be continued.`)
  const hook = record.hooks.find(({ id }) => id === hookId)
  if (!hook) throw invalidParameter(`The service deployment has no lifecycle hook with the ID ${hookId}.`)
  if (hook.status !== 'AWAITING_ACTION')
    throw invalidParameter(`The lifecycle hook ${hookId} is ${hook.status} and does not await an action.`)
  const now = state.clock.now()
  if (action === 'ROLLBACK') {
    hook.status = 'FAILED'
    failByHook(state, service, primary, 'rolled back by a user.', now)
    return { serviceDeploymentArn }
  }
  hook.status = 'SUCCEEDED'
  primary.since = now
  settle(state, service)
  return { serviceDeploymentArn }
}

/** DescribeServiceRevisions: what a deployment runs, with the digests that its images were resolved to. */
export function describeServiceRevisions(state: EcsState, identity: Identity, input: unknown): object {
  const { serviceRevisionArns } = readInput(revisionsSchema, input)
  const serviceRevisions: object[] = []
  const failures: object[] = []
  for (const arn of serviceRevisionArns) {
    const service = serviceOf(state, identity, arn)
    const revision = service?.history.find(({ target }) => target.arn === arn)?.target
    if (service && revision) serviceRevisions.push(printRevision(service, revision))
    else failures.push({ arn, reason: 'MISSING' })
  }
  return { serviceRevisions, failures }
}

function printRevision(
  service: EcsService,
  { arn, taskDefinition, images, createdAt, side = 'main' }: Revision,
): object {
  const { launchType = 'EC2', loadBalancers = [], networkConfiguration } = service.settings
  return {
    serviceRevisionArn: arn,
    serviceArn: service.arn,
    clusterArn: service.cluster.arn,
    taskDefinition: taskDefinition.arn,
    launchType,
    loadBalancers,
    ...(networkConfiguration ? { networkConfiguration } : {}),
    containerImages: images,
    createdAt: seconds(createdAt),
    resolvedConfiguration: { loadBalancers: resolved(service, side) },
  }
}

/** The target groups that a revision's tasks are in, each with the rule that leads there (ServiceRevisionLoadBalancer). */
function resolved(service: EcsService, side: Side): object[] {
  const rule = service.settings.loadBalancers?.[0]?.advancedConfiguration?.productionListenerRule
  return groupsOf(service, side).map(targetGroupArn => ({
    targetGroupArn,
    ...(rule === undefined ? {} : { productionListenerRule: rule }),
  }))
}

function serviceOf(state: EcsState, identity: Identity, arn: string): EcsService | undefined {
  const [, cluster, service] = arn.split('/')
  return state.services.get(ecsArn(identity, `service/${cluster}/${service}`))
}

/** The deployment with this ARN as it is by now, or ECS's refusal. */
function existing(
  state: EcsState,
  identity: Identity,
  arn: string,
): { service: EcsService; record: ServiceDeployment } {
  const service = serviceOf(state, identity, arn)
  const record = service && recordOf(service, arn)
  if (!record) throw ecsError('ServiceDeploymentNotFoundException', 'Service deployment not found.')
  settle(state, service)
  return { service, record }
}

function recordOf(service: EcsService, arn: string): ServiceDeployment | undefined {
  return service.history.find(record => record.arn === arn)
}
