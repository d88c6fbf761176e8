import { z } from 'zod'
import type { Identity } from '../iam/identities.ts'
import { clusterSchema, listed, pageSchema, readInput } from './input.ts'
import { activeService } from './services.ts'
import { settle } from './settle.ts'
import type { EcsService, EcsState, Task } from './state.ts'
import { findCluster, seconds } from './state.ts'

const listSchema = clusterSchema.extend({
  ...pageSchema.shape,
  serviceName: z.string().exactOptional(),
  family: z.string().exactOptional(),
  startedBy: z.string().exactOptional(),
  desiredStatus: z.enum(['RUNNING', 'PENDING', 'STOPPED']).default('RUNNING'),
})
const describeSchema = clusterSchema.extend({
  tasks: z.array(z.string()).min(1).max(100),
  include: z.array(z.literal('TAGS')).default([]),
})

/** ListTasks: those that run, unless those that stopped are asked for. */
export function listTasks(state: EcsState, identity: Identity, input: unknown): object {
  const { cluster, serviceName, family, startedBy, desiredStatus, ...page } = readInput(listSchema, input)
  const services =
    serviceName === undefined
      ? settled(state, servicesOf(state, identity, cluster))
      : [activeService(state, identity, cluster, serviceName)]
  const arns = services
    .flatMap(service => tasksOf(service))
    .filter(
      ({ stopped, revision, ...task }) =>
        // ListTasks filters by what is desired of a task, which is never PENDING (Amazon ECS API reference, ListTasks).
        (stopped ? 'STOPPED' : 'RUNNING') === desiredStatus &&
        (family === undefined || revision.taskDefinition.family === family) &&
        (startedBy === undefined || task.startedBy === startedBy),
    )
    .map(task => task.arn)
  return listed('taskArns', arns, page)
}

/** DescribeTasks: one task or one failure for each ARN or id. */
export function describeTasks(state: EcsState, identity: Identity, input: unknown): object {
  const { cluster, tasks: wanted } = readInput(describeSchema, input)
  const known = servicesOf(state, identity, cluster).flatMap(service =>
    tasksOf(service).map(task => ({ service, task })),
  )
  const tasks: object[] = []
  const failures: object[] = []
  for (const name of wanted) {
    const found = known.find(({ task }) => task.arn === name || task.arn.endsWith(`/${name}`))
    if (found) tasks.push(print(found.service, found.task))
    else failures.push({ arn: name, reason: 'MISSING' })
  }
  return { tasks, failures }
}

function settled(state: EcsState, services: EcsService[]): EcsService[] {
  for (const service of services) settle(state, service)
  return services
}

function servicesOf(state: EcsState, identity: Identity, name: string): EcsService[] {
  const cluster = findCluster(state, identity, name)
  return [...state.services.values()].filter(service => service.cluster === cluster)
}

function tasksOf({ deployments, stoppedTasks }: EcsService): Task[] {
  return [...deployments.flatMap(({ tasks }) => tasks), ...stoppedTasks]
}

function print(service: EcsService, task: Task): object {
  const { arn, revision, startedBy, createdAt, isPending, stopped } = task
  const desiredStatus = stopped ? 'STOPPED' : 'RUNNING'
  const lastStatus = isPending ? 'PENDING' : desiredStatus
  const { cpu, memory } = revision.taskDefinition.content
  return {
    taskArn: arn,
    clusterArn: service.cluster.arn,
    taskDefinitionArn: revision.taskDefinition.arn,
    group: `service:${service.name}`,
    startedBy,
    launchType: service.settings.launchType ?? 'EC2',
    desiredStatus,
    lastStatus,
    healthStatus: 'UNKNOWN',
    createdAt: seconds(createdAt),
    ...(isPending ? {} : { startedAt: seconds(createdAt) }),
    version: 1,
    attachments: [],
    ...(cpu === undefined ? {} : { cpu }),
    ...(memory === undefined ? {} : { memory }),
    ...(stopped
      ? {
          stoppedAt: seconds(stopped.at),
          stoppedReason: stopped.reason,
          stopCode: stopped.code,
        }
      : {}),
    containers: revision.images.map(({ containerName, ...image }) => ({
      containerArn: `${arn.replace(':task/', ':container/')}/${containerName}`,
      taskArn: arn,
      name: containerName,
      ...image,
      lastStatus,
      ...(stopped?.detail === undefined ? {} : { reason: stopped.detail }),
      healthStatus: 'UNKNOWN',
      networkInterfaces: [],
    })),
  }
}
