import { setTimeout as sleep } from 'node:timers/promises'
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DeregisterTaskDefinitionCommand,
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  ListServiceDeploymentsCommand,
  RegisterTaskDefinitionCommand,
  type Service,
  StopServiceDeploymentCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs'
import { expect } from 'vitest'
import type { Expectation } from './expectation.ts'
import { refused } from './refusal.ts'
import type { Target } from './target.ts'

const row = 'ecs-deployments'
const service = 'ecs'
// A service that wants no task is complete at once, and in a cluster without instances one that wants some never is.
const longestMs = 180_000
const pauseMs = 250

/** What a rollback rests on. Its cluster has no instances, so that no task ever runs and nothing costs anything. */
export const ecsDeployments: Expectation[] = [
  {
    title:
      'ListServiceDeployments lists the successful ones, newest first, and a revision says its task definition',
    row,
    service,
    source:
      'Amazon ECS API Reference, ListServiceDeployments and DescribeServiceRevisions, Response Elements',
    run: async target => {
      const { first, second } = await twoDeployments(target, 'list')
      const where = { cluster: target.names.cluster, service: nameOf(target, 'list') }
      const status = ['SUCCESSFUL' as const]
      const listed = await target.ecs.send(new ListServiceDeploymentsCommand({ ...where, status }))
      const arns = (listed.serviceDeployments ?? []).map(one => one.targetServiceRevisionArn ?? '')
      const { serviceRevisions = [] } = await target.ecs.send(
        new DescribeServiceRevisionsCommand({ serviceRevisionArns: arns }),
      )
      const byArn = new Map(serviceRevisions.map(one => [one.serviceRevisionArn, one.taskDefinition]))
      expect(arns.map(arn => byArn.get(arn))).toEqual([second, first])
    },
  },
  {
    title: 'StopServiceDeployment goes back to the task definition before, and may be asked again meanwhile',
    row,
    service,
    source: 'Amazon ECS Developer Guide, Stopping Amazon ECS service deployments',
    run: async target => {
      const { first } = await oneDeployment(target, 'stop')
      const { names, ecs } = target
      const hanging = await register(target, 'stop', missingImage(target))
      const where = { cluster: names.cluster, service: nameOf(target, 'stop') }
      await ecs.send(new UpdateServiceCommand({ ...where, taskDefinition: hanging, desiredCount: 1 }))
      const { currentServiceDeployment = '' } = await seen(
        target,
        'stop',
        one => !!one.currentServiceDeployment,
      )
      const stop = new StopServiceDeploymentCommand({
        serviceDeploymentArn: currentServiceDeployment,
        stopType: 'ROLLBACK',
      })
      expect(await ecs.send(stop)).toMatchObject({ serviceDeploymentArn: currentServiceDeployment })
      await seen(target, 'stop', ({ deployments = [] }) =>
        deployments.some(one => one.status === 'PRIMARY' && one.taskDefinition === first),
      )
    },
  },
  {
    title:
      'UpdateService refuses a task definition that was deregistered, or never was, in words of its own for each',
    row,
    service,
    source: 'Amazon ECS API Reference, UpdateService, Errors, ClientException; terraform-provider-aws#258',
    run: async target => {
      const { first } = await oneDeployment(target, 'gone')
      const other = await register(target, 'gone', missingImage(target))
      await target.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: other }))
      const where = { cluster: target.names.cluster, service: nameOf(target, 'gone') }
      const message = (taskDefinition: string) =>
        target.ecs.send(new UpdateServiceCommand({ ...where, taskDefinition })).then(
          () => 'none',
          ({ name, message }: Error) => `${name}: ${message}`,
        )
      expect(await message(other)).toMatch(/^ClientException: TaskDefinition is inactive/)
      expect(await message(first.replace(/\d+$/, '999'))).toMatch(
        /^ClientException: TaskDefinition not found/,
      )
    },
  },
  {
    title: 'ListServiceDeployments names a service that does not exist',
    row,
    service,
    source: 'Amazon ECS API Reference, ListServiceDeployments, Errors, ServiceNotFoundException',
    run: async target => {
      await cluster(target)
      const { names, ecs } = target
      const nobody = new ListServiceDeploymentsCommand({ cluster: names.cluster, service: names.nothing })
      expect(await refused(ecs.send(nobody))).toMatchObject({ name: 'ServiceNotFoundException', status: 400 })
    },
  },
]

type Case = 'list' | 'stop' | 'gone'

const nameOf = ({ names }: Target, one: Case) => `${names.prefix}${one}`

// In the repository of this run that nobody makes, which the stand-in looks at, too.
const missingImage = ({ account, region, names }: Target) =>
  `${account}.dkr.ecr.${region}.amazonaws.com/${names.nothing}:none`

async function cluster({ ecs, names }: Target): Promise<void> {
  await ecs.send(new CreateClusterCommand({ clusterName: names.cluster }))
}

async function register(target: Target, one: Case, image: string): Promise<string> {
  const containerDefinitions = [{ name: 'app', image, memory: 32 }]
  const family = nameOf(target, one)
  const { taskDefinition } = await target.ecs.send(
    new RegisterTaskDefinitionCommand({ family, containerDefinitions }),
  )
  return taskDefinition?.taskDefinitionArn ?? ''
}

async function oneDeployment(target: Target, one: Case): Promise<{ first: string }> {
  await cluster(target)
  const first = await register(target, one, 'public.ecr.aws/docker/library/busybox:stable')
  const input = { cluster: target.names.cluster, serviceName: nameOf(target, one), desiredCount: 0 }
  await target.ecs.send(new CreateServiceCommand({ ...input, taskDefinition: first }))
  await complete(target, one, first)
  return { first }
}

async function twoDeployments(target: Target, one: Case): Promise<{ first: string; second: string }> {
  const { first } = await oneDeployment(target, one)
  const second = await register(target, one, 'public.ecr.aws/docker/library/busybox:stable')
  const where = { cluster: target.names.cluster, service: nameOf(target, one) }
  await target.ecs.send(new UpdateServiceCommand({ ...where, taskDefinition: second }))
  await complete(target, one, second)
  return { first, second }
}

async function complete(target: Target, one: Case, taskDefinition: string): Promise<void> {
  await seen(target, one, ({ deployments = [] }) =>
    deployments.every(it => it.taskDefinition === taskDefinition && it.rolloutState === 'COMPLETED'),
  )
}

/** The service once something is true of it. */
async function seen(target: Target, one: Case, isSo: (service: Service) => boolean): Promise<Service> {
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
