import {
  DeregisterTaskDefinitionCommand,
  DescribeServiceRevisionsCommand,
  ListServiceDeploymentsCommand,
  StopServiceDeploymentCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs'
import { expect } from 'vitest'
import {
  type Case,
  cluster,
  complete,
  nameOf,
  oneDeployment,
  publicImage,
  register,
  seen,
} from './ecs-services.ts'
import type { Expectation } from './expectation.ts'
import { refused } from './refusal.ts'
import type { Target } from './target.ts'

const row = 'ecs-deployments'
const service = 'ecs'

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

// In the repository of this run that nobody makes, which the stand-in looks at, too.
const missingImage = ({ account, region, names }: Target) =>
  `${account}.dkr.ecr.${region}.amazonaws.com/${names.nothing}:none`

async function twoDeployments(target: Target, one: Case): Promise<{ first: string; second: string }> {
  const { first } = await oneDeployment(target, one)
  const second = await register(target, one, publicImage)
  const where = { cluster: target.names.cluster, service: nameOf(target, one) }
  await target.ecs.send(new UpdateServiceCommand({ ...where, taskDefinition: second }))
  await complete(target, one, second)
  return { first, second }
}
