import { z } from 'zod'
import type { Identity } from '../iam/identities.ts'
import { deploy } from './deployments.ts'
import { ecsError } from './errors.ts'
import { clusterSchema, listed, pageSchema, readInput } from './input.ts'
import { printService } from './print.ts'
import { scale } from './scale.ts'
import { checkService } from './service-faults.ts'
import { createServiceSchema, updateServiceSchema } from './service-input.ts'
import { settle } from './settle.ts'
import type { EcsService, EcsState } from './state.ts'
import { ecsArn, findCluster, lookUpService } from './state.ts'
import { setTags, tagsOf } from './tags.ts'
import { usableTaskDefinition } from './task-definitions.ts'

const describeSchema = clusterSchema.extend({
  // Amazon ECS API reference, DescribeServices: up to 10 services in a single operation.
  services: z.array(z.string()).min(1).max(10),
  include: z.array(z.literal('TAGS')).default([]),
})
const listSchema = clusterSchema.extend({
  ...pageSchema.shape,
  launchType: z.enum(['EC2', 'FARGATE', 'EXTERNAL', 'MANAGED_INSTANCES']).exactOptional(),
  schedulingStrategy: z.enum(['REPLICA', 'DAEMON']).exactOptional(),
})
const deleteSchema = clusterSchema.extend({ service: z.string(), force: z.boolean().default(false) })

/** CreateService, with its first deployment. */
export function createService(state: EcsState, identity: Identity, input: unknown): object {
  const request = readInput(createServiceSchema, input)
  const { serviceName: name, cluster: clusterName, taskDefinition, desiredCount = 0, tags, ...rest } = request
  const { deploymentConfiguration = {}, ...settings } = rest
  const cluster = findCluster(state, identity, clusterName)
  const arn = ecsArn(identity, `service/${cluster.name}/${name}`)
  if (state.services.get(arn)?.status === 'ACTIVE') {
    throw ecsError('InvalidParameterException', 'Creation of service was not idempotent.')
  }
  const definition = usableTaskDefinition(state, identity, taskDefinition)
  checkService(definition, settings, cluster)
  const service: EcsService = {
    name,
    arn,
    cluster,
    status: 'ACTIVE',
    desiredCount,
    settings,
    configuration: deploymentConfiguration,
    deployments: [],
    history: [],
    stoppedTasks: [],
    events: [],
    createdAt: state.clock.now(),
    createdBy: identity.arn,
  }
  state.services.set(arn, service)
  setTags(state, arn, tags)
  deploy(state, service, definition)
  startNow(state, service)
  return { service: { ...printService(service), tags } }
}

/** UpdateService: what changes what a task is begins a deployment, anything else is only kept. */
export function updateService(state: EcsState, identity: Identity, input: unknown): object {
  const request = readInput(updateServiceSchema, input)
  const { cluster, service: name, taskDefinition, desiredCount, forceNewDeployment, ...rest } = request
  const { deploymentConfiguration, ...changes } = rest
  const service = activeService(state, identity, cluster, name)
  const current = service.deployments[0]?.revision.taskDefinition
  const definition =
    taskDefinition === undefined ? current : usableTaskDefinition(state, identity, taskDefinition)
  const settings = { ...service.settings, ...changes }
  // The grace period goes with the load balancers that it was for.
  const isDetached = changes.loadBalancers?.length === 0
  if (isDetached && changes.healthCheckGracePeriodSeconds === undefined)
    delete settings.healthCheckGracePeriodSeconds
  if (definition) checkService(definition, settings, service.cluster)
  const needed = forceNewDeployment || definition !== current || isReplacement(service.settings, settings)
  service.settings = settings
  service.desiredCount = desiredCount ?? service.desiredCount
  service.configuration = ofStrategy({ ...service.configuration, ...deploymentConfiguration })
  const [primary] = service.deployments
  if (needed && definition) deploy(state, service, definition)
  else if (primary?.rolloutState === 'COMPLETED') scale(state, service, primary, state.clock.now())
  startNow(state, service)
  return { service: printService(service) }
}

/** Processes start when their deployment does; what is only a record waits until somebody looks. */
function startNow(state: EcsState, service: EcsService): void {
  if (state.runner) settle(state, service)
}

/** Leaves out the phases of another strategy, which ECS would refuse ("can only be present with …"). */
function ofStrategy(configuration: EcsService['configuration']): EcsService['configuration'] {
  const { canaryConfiguration: canary, linearConfiguration: linear, ...rest } = configuration
  if (rest.strategy === 'CANARY' && canary) return { ...rest, canaryConfiguration: canary }
  if (rest.strategy === 'LINEAR' && linear) return { ...rest, linearConfiguration: linear }
  return rest
}

/** DescribeServices: one service or one failure for each name. */
export function describeServices(state: EcsState, identity: Identity, input: unknown): object {
  const { cluster, services: names, include } = readInput(describeSchema, input)
  const services: object[] = []
  const failures: object[] = []
  for (const name of names) {
    const service = lookUpService(state, identity, cluster, name)
    if (service) {
      settle(state, service)
      const tags = include.includes('TAGS') ? { tags: tagsOf(state, service.arn) } : {}
      services.push({ ...printService(service), ...tags })
    } else {
      const path = `service/${findCluster(state, identity, cluster).name}/${name}`
      failures.push({ arn: name.includes('/') ? name : ecsArn(identity, path), reason: 'MISSING' })
    }
  }
  return { services, failures }
}

/** DeleteService: it stays visible as INACTIVE, and its name is free again. */
export function deleteService(state: EcsState, identity: Identity, input: unknown): object {
  const { cluster, service: name, force } = readInput(deleteSchema, input)
  const service = activeService(state, identity, cluster, name)
  if (service.desiredCount > 0 && !force) {
    const message = 'The service cannot be stopped while it is scaled above 0.'
    throw ecsError('InvalidParameterException', message)
  }
  const before = printService(service)
  service.desiredCount = 0
  for (const deployment of service.deployments) scale(state, service, deployment, state.clock.now())
  service.deployments = []
  service.status = 'INACTIVE'
  return { service: { ...before, status: 'DRAINING', desiredCount: 0 } }
}

/** ListServices of a cluster. */
export function listServices(state: EcsState, identity: Identity, input: unknown): object {
  const { cluster: name, launchType, schedulingStrategy, ...page } = readInput(listSchema, input)
  const cluster = findCluster(state, identity, name)
  const arns = [...state.services.values()]
    .filter(service => service.cluster === cluster && service.status === 'ACTIVE')
    .filter(({ settings }) => launchType === undefined || launchType === (settings.launchType ?? 'EC2'))
    .filter(
      ({ settings }) =>
        schedulingStrategy === undefined || schedulingStrategy === (settings.schedulingStrategy ?? 'REPLICA'),
    )
    .map(service => service.arn)
  return listed('serviceArns', arns, page)
}

/** The active service of this name as it is by now, or ECS's refusal. */
export function activeService(
  state: EcsState,
  identity: Identity,
  cluster: string,
  name: string,
): EcsService {
  const service = lookUpService(state, identity, cluster, name)
  if (!service) throw ecsError('ServiceNotFoundException', 'Service not found.')
  if (service.status !== 'ACTIVE') throw ecsError('ServiceNotActiveException', 'Service was not ACTIVE.')
  settle(state, service)
  return service
}

function isReplacement(before: EcsService['settings'], after: EcsService['settings']): boolean {
  const taskLevel = ({ networkConfiguration, loadBalancers, serviceRegistries, ...rest }: typeof before) =>
    JSON.stringify([
      networkConfiguration,
      loadBalancers,
      serviceRegistries,
      rest.platformVersion,
      rest.serviceConnectConfiguration,
      rest.capacityProviderStrategy,
    ])
  return taskLevel(before) !== taskLevel(after)
}
