import { printHook } from './hooks.ts'
import { runningCount } from './scale.ts'
import type { Configuration, Weights } from './stages.ts'
import type { Deployment, EcsService, Revision, ServiceDeployment } from './state.ts'
import { seconds } from './state.ts'

/** A service as DescribeServices prints it. */
export function printService(service: EcsService): Record<string, unknown> {
  const { deployments, settings, status, history } = service
  const [primary] = deployments
  const active = history.at(-1)
  return {
    ...(settings.capacityProviderStrategy === undefined ? { launchType: 'EC2' } : {}),
    schedulingStrategy: 'REPLICA',
    deploymentController: { type: 'ECS' },
    enableECSManagedTags: false,
    enableExecuteCommand: false,
    propagateTags: 'NONE',
    loadBalancers: [],
    serviceRegistries: [],
    placementConstraints: [],
    placementStrategy: [],
    ...settings,
    serviceArn: service.arn,
    serviceName: service.name,
    clusterArn: service.cluster.arn,
    status,
    desiredCount: service.desiredCount,
    runningCount: deployments.reduce((sum, one) => sum + runningCount(one), 0),
    pendingCount: deployments.reduce((sum, deployment) => sum + pending(service, deployment), 0),
    taskDefinition: primary?.revision.taskDefinition.arn,
    deploymentConfiguration: printConfiguration(service.configuration),
    deployments: deployments.map(deployment => printDeployment(service, deployment)),
    events: service.events.map(event => ({ ...event, createdAt: seconds(event.createdAt) })),
    createdAt: seconds(service.createdAt),
    createdBy: service.createdBy,
    ...(active && active.finishedAt === undefined ? { currentServiceDeployment: active.arn } : {}),
    currentServiceRevisions: deployments
      .filter(({ tasks }) => tasks.length > 0)
      .map(({ revision }) => printRevision(service, revision)),
  }
}

/** A rollout as DescribeServiceDeployments prints it. */
export function printServiceDeployment(service: EcsService, record: ServiceDeployment): object {
  const { rollback, finishedAt, source, statusReason, weights, stage } = record
  const { deploymentCircuitBreaker: breaker, alarms } = record.configuration
  const rest = weights && { production: 100 - weights.production, test: 100 - weights.test }
  const over = finishedAt !== undefined
  const watch = (enabled: boolean | undefined, triggered: boolean) => {
    if (!enabled) return 'DISABLED'
    if (triggered) return 'TRIGGERED'
    return over ? 'MONITORING_COMPLETE' : 'MONITORING'
  }
  return {
    ...printBrief(service, record),
    targetServiceRevisionArn: undefined,
    updatedAt: seconds(record.updatedAt),
    ...(statusReason === undefined ? {} : { statusReason }),
    sourceServiceRevisions: source ? [printRevision(service, source.revision, rest)] : [],
    targetServiceRevision: printRevision(service, record.target, weights),
    ...(stage === undefined ? {} : { lifecycleStage: stage }),
    lifecycleHookDetails: record.hooks.map(printHook),
    deploymentConfiguration: printConfiguration(record.configuration),
    deploymentCircuitBreaker: { status: watch(breaker?.enable, record.breakerTriggered) },
    alarms: {
      status: watch(record.watchesAlarms, record.triggeredAlarms.length > 0),
      alarmNames: alarms?.alarmNames ?? [],
      triggeredAlarmNames: record.triggeredAlarms,
    },
    ...(rollback
      ? {
          rollback: {
            reason: rollback.reason,
            startedAt: seconds(rollback.startedAt),
            serviceRevisionArn: rollback.revision.arn,
          },
        }
      : {}),
  }
}

/** A rollout as ListServiceDeployments prints it. */
export function printBrief(service: EcsService, record: ServiceDeployment): Record<string, unknown> {
  const { finishedAt, statusReason } = record
  return {
    serviceDeploymentArn: record.arn,
    serviceArn: service.arn,
    clusterArn: service.cluster.arn,
    createdAt: seconds(record.createdAt),
    startedAt: seconds(record.createdAt),
    ...(finishedAt === undefined ? {} : { finishedAt: seconds(finishedAt) }),
    targetServiceRevisionArn: record.target.arn,
    status: record.status,
    ...(statusReason === undefined ? {} : { statusReason }),
  }
}

/** A revision's tasks as both services and deployments print them, and its part of the traffic where that shifts. */
function printRevision(service: EcsService, { arn }: Revision, weights?: Weights): object {
  const own = service.deployments.filter(({ revision }) => revision.arn === arn)
  const all = own.reduce((sum, { tasks }) => sum + tasks.length, 0)
  const running = own.reduce((sum, one) => sum + runningCount(one), 0)
  return {
    arn,
    requestedTaskCount: service.desiredCount,
    runningTaskCount: running,
    pendingTaskCount: all - running,
    ...(weights
      ? { requestedTestTrafficWeight: weights.test, requestedProductionTrafficWeight: weights.production }
      : {}),
  }
}

function printConfiguration(configuration: Configuration): object {
  return {
    maximumPercent: 200,
    minimumHealthyPercent: 100,
    strategy: 'ROLLING',
    deploymentCircuitBreaker: { enable: false, rollback: false },
    ...configuration,
  }
}

function printDeployment(service: EcsService, deployment: Deployment): object {
  const { launchType = 'EC2', networkConfiguration, platformVersion } = service.settings
  return {
    id: deployment.id,
    status: deployment.status,
    taskDefinition: deployment.revision.taskDefinition.arn,
    desiredCount: deployment.rolloutState === 'FAILED' ? 0 : service.desiredCount,
    pendingCount: pending(service, deployment),
    runningCount: runningCount(deployment),
    failedTasks: deployment.failedTasks,
    createdAt: seconds(deployment.createdAt),
    updatedAt: seconds(deployment.updatedAt),
    launchType,
    ...(networkConfiguration ? { networkConfiguration } : {}),
    ...(platformVersion ? { platformVersion } : {}),
    rolloutState: deployment.rolloutState,
    rolloutStateReason: deployment.reason,
  }
}

function pending({ desiredCount }: EcsService, deployment: Deployment): number {
  const { rolloutState, tasks } = deployment
  const running = runningCount(deployment)
  return rolloutState === 'IN_PROGRESS' ? Math.max(0, desiredCount - running) : tasks.length - running
}
