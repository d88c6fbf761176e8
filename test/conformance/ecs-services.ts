import { setTimeout as sleep } from 'node:timers/promises'
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeServicesCommand,
  RegisterTaskDefinitionCommand,
  type Service,
} from '@aws-sdk/client-ecs'
import type { Target } from './target.ts'

// A service that wants no task is complete at once, and in a cluster without instances one that wants some never is.
const longestMs = 180_000
const pauseMs = 250

/** What a service of this suite is for, which is the end of its name. */
export type Case = 'list' | 'stop' | 'gone' | 'pause' | 'back' | 'refused'

/** The name of a service, and of the family of its task definitions. */
export const nameOf = ({ names }: Target, one: Case) => `${names.prefix}${one}`

/** Makes the cluster. It has no instances, so that no task ever runs and nothing costs anything. */
export async function cluster({ ecs, names }: Target): Promise<void> {
  await ecs.send(new CreateClusterCommand({ clusterName: names.cluster }))
}

/** An image that is there, wherever the suite runs. */
export const publicImage = 'public.ecr.aws/docker/library/busybox:stable'

/** Registers a task definition, and answers its ARN. */
export async function register(target: Target, one: Case, image: string): Promise<string> {
  const containerDefinitions = [{ name: 'app', image, memory: 32 }]
  const family = nameOf(target, one)
  const { taskDefinition } = await target.ecs.send(
    new RegisterTaskDefinitionCommand({ family, containerDefinitions }),
  )
  return taskDefinition?.taskDefinitionArn ?? ''
}

/** Makes a service that wants no task, which is complete at once, and answers its task definition. */
export async function oneDeployment(target: Target, one: Case): Promise<{ first: string }> {
  await cluster(target)
  const first = await register(target, one, publicImage)
  const input = { cluster: target.names.cluster, serviceName: nameOf(target, one), desiredCount: 0 }
  await target.ecs.send(new CreateServiceCommand({ ...input, taskDefinition: first }))
  await complete(target, one, first)
  return { first }
}

/** Waits until a service runs nothing but a task definition. */
export async function complete(target: Target, one: Case, taskDefinition: string): Promise<void> {
  await seen(target, one, ({ deployments = [] }) =>
    deployments.every(it => it.taskDefinition === taskDefinition && it.rolloutState === 'COMPLETED'),
  )
}

/** The service once something is true of it. */
export async function seen(target: Target, one: Case, isSo: (service: Service) => boolean): Promise<Service> {
  const asked = new DescribeServicesCommand({
    cluster: target.names.cluster,
    services: [nameOf(target, one)],
  })
  for (let waited = 0; waited <= longestMs; waited += pauseMs) {
    const [found] = (await target.ecs.send(asked)).services ?? []
    if (found !== undefined && isSo(found)) return found
    await sleep(pauseMs)
  }
  throw new Error(`${nameOf(target, one)} is not there after ${longestMs / 1000} s`)
}
