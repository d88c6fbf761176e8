import { invalidParameter } from './input.ts'
import type { Cluster, EcsService, TaskContent, TaskDefinition } from './state.ts'

/** Refuses a service whose task definition does not fit its settings, in ECS's own words for it. */
export function checkService(
  { content }: TaskDefinition,
  settings: EcsService['settings'],
  { capacityProviders }: Cluster,
): void {
  checkLaunchType(content, settings)
  const wanted = (settings.capacityProviderStrategy ?? []).map(({ capacityProvider }) => capacityProvider)
  if (!wanted.every(one => capacityProviders.includes(one))) {
    throw invalidParameter(
      'The specified capacity provider strategy cannot contain a capacity provider that is not associated with the cluster. Associate the capacity provider with the cluster and try again.',
    )
  }
  checkNetwork(content, settings)
  for (const balancer of settings.loadBalancers ?? []) checkBalancer(content, balancer)
  checkConnect(content, settings)
  const isBalanced = (settings.loadBalancers ?? []).length > 0
  if (settings.healthCheckGracePeriodSeconds && !isBalanced) {
    throw invalidParameter(
      'Health check grace period is only valid for services configured to use load balancers',
    )
  }
}

function checkLaunchType(content: TaskContent, { launchType }: EcsService['settings']): void {
  // What is registered for nothing in particular is taken to run on instances (RegisterTaskDefinition).
  const { requiresCompatibilities: supported = [] } = content
  const needsMore = launchType === 'FARGATE' || launchType === 'MANAGED_INSTANCES'
  if (!needsMore || supported.includes(launchType)) return
  throw invalidParameter(`Task definition does not support launch_type ${launchType}.`)
}

function checkNetwork({ networkMode }: TaskContent, { networkConfiguration }: EcsService['settings']): void {
  const given = networkConfiguration?.awsvpcConfiguration !== undefined
  if (networkMode === 'awsvpc' && !given) {
    throw invalidParameter("Network Configuration must be provided when networkMode 'awsvpc' is specified.")
  }
  if (networkMode !== 'awsvpc' && given) {
    throw invalidParameter(
      'Network Configuration is not valid for the given networkMode of this task definition.',
    )
  }
}

function checkConnect(
  { containerDefinitions }: TaskContent,
  { serviceConnectConfiguration }: EcsService['settings'],
): void {
  const named = containerDefinitions.flatMap(({ portMappings = [] }) => portMappings.map(({ name }) => name))
  const missing = serviceConnectConfiguration?.services?.find(({ portName }) => !named.includes(portName))
  if (missing === undefined) return
  // The emulator's words, not AWS's.
  throw invalidParameter(
    `The portName ${missing.portName} of the service connect configuration is not in the task definition.`,
  )
}

function checkBalancer(
  { containerDefinitions }: TaskContent,
  { containerName, containerPort }: NonNullable<EcsService['settings']['loadBalancers']>[number],
): void {
  const container = containerDefinitions.find(({ name }) => name === containerName)
  if (!container) {
    throw invalidParameter(`The container ${containerName} does not exist in the task definition.`)
  }
  if (container.portMappings?.some(mapping => mapping.containerPort === containerPort)) return
  throw invalidParameter(
    `The container ${containerName} did not have a container port ${containerPort} defined.`,
  )
}
