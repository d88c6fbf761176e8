import {
  CreateClusterCommand,
  CreateServiceCommand,
  DeleteClusterCommand,
  DeregisterTaskDefinitionCommand,
  DescribeClustersCommand,
  DescribeTaskDefinitionCommand,
  ListTagsForResourceCommand,
  ListTaskDefinitionsCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-ecs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clientsFor, refusal } from '../clients.ts'
import type { Emulator } from '../emulator.ts'
import { startEmulator } from '../emulator.ts'

let emulator: Emulator
let ecs: ReturnType<typeof clientsFor>['ecs']
const prefix = 'arn:aws:ecs:us-east-1:111111111111'

beforeAll(async () => {
  emulator = await startEmulator()
  ecs = clientsFor(emulator).ecs
})
afterAll(() => emulator.close())

function register(family: string, image = 'docker.io/library/nginx:1') {
  return ecs.send(
    new RegisterTaskDefinitionCommand({
      family,
      cpu: '256',
      memory: '512',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      containerDefinitions: [{ name: 'app', image, environment: [{ name: 'A', value: 'b' }] }],
      tags: [{ key: 'team', value: 'a' }],
    }),
  )
}

function deregister(taskDefinition: string) {
  return ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition }))
}

async function find(taskDefinition: string) {
  const answer = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition, include: ['TAGS'] }))
  return { ...answer.taskDefinition, tags: answer.tags }
}

describe('a task definition', () => {
  it('is found by family, by family and revision, and by ARN', async () => {
    await register('found')
    await register('found', 'docker.io/library/nginx:2')
    const arn = `${prefix}:task-definition/found:2`
    for (const name of ['found', 'found:2', arn]) {
      expect(await find(name)).toMatchObject({
        taskDefinitionArn: arn,
        revision: 2,
        status: 'ACTIVE',
        cpu: '256',
        compatibilities: ['EC2', 'FARGATE'],
        containerDefinitions: [
          { image: 'docker.io/library/nginx:2', essential: true, environment: [{ name: 'A', value: 'b' }] },
        ],
        tags: [{ key: 'team', value: 'a' }],
      })
    }
    expect(await refusal(find('absent'))).toEqual({ name: 'ClientException', status: 400 })
  })

  it('that was deregistered is still there, but is no longer the latest of its family', async () => {
    for (let i = 0; i < 3; i += 1) await register('retired')
    expect((await deregister('retired:3')).taskDefinition?.status).toBe('INACTIVE')
    expect([(await find('retired')).revision, (await find('retired:3')).status]).toEqual([2, 'INACTIVE'])
    const list = async (status?: 'INACTIVE') => {
      const input = { familyPrefix: 'retired', sort: 'DESC' as const, status }
      const { taskDefinitionArns } = await ecs.send(new ListTaskDefinitionsCommand(input))
      return taskDefinitionArns?.map(arn => arn.slice(arn.lastIndexOf('/') + 1))
    }
    expect([await list(), await list('INACTIVE')]).toEqual([['retired:2', 'retired:1'], ['retired:3']])
    expect((await register('retired')).taskDefinition?.revision).toBe(4)
    expect((await refusal(deregister('retired'))).name).toBe('ClientException')
  })
})

describe('a cluster', () => {
  it('is made once, described, and deleted when it has no services', async () => {
    const clusterName = 'made'
    const { cluster } = await ecs.send(new CreateClusterCommand({ clusterName }))
    expect(cluster).toMatchObject({ clusterArn: `${prefix}:cluster/made`, status: 'ACTIVE' })
    await ecs.send(new CreateClusterCommand({ clusterName }))
    const describe = () => ecs.send(new DescribeClustersCommand({ clusters: [clusterName, 'absent'] }))
    expect(await describe()).toMatchObject({
      clusters: [{ clusterName }],
      failures: [{ arn: `${prefix}:cluster/absent`, reason: 'MISSING' }],
    })
    await register('clustered')
    const networkConfiguration = { awsvpcConfiguration: { subnets: ['subnet-1'] } }
    const settings = { desiredCount: 0, networkConfiguration }
    const input = { cluster: clusterName, serviceName: 'a', taskDefinition: 'clustered', ...settings }
    await ecs.send(new CreateServiceCommand(input))
    const remove = () => ecs.send(new DeleteClusterCommand({ cluster: clusterName }))
    expect((await refusal(remove())).name).toBe('ClusterContainsServicesException')
    await ecs.send(new CreateClusterCommand({ clusterName: 'empty' }))
    await ecs.send(new DeleteClusterCommand({ cluster: 'empty' }))
    const tasks = ecs.send(new ListTasksCommand({ cluster: 'empty' }))
    expect((await refusal(tasks)).name).toBe('ClusterNotFoundException')
    const status = async () =>
      (await ecs.send(new DescribeClustersCommand({ clusters: ['empty'] }))).clusters?.[0]?.status
    expect(await status()).toBe('INACTIVE')
    await ecs.send(new CreateClusterCommand({ clusterName: 'empty' }))
    expect(await status()).toBe('ACTIVE')
  })

  it('can be there from the start, in any account', async () => {
    const arn = emulator.ensureCluster('given', { account: '222222222222', region: 'eu-west-1' })
    const env = emulator.credentials({ account: '222222222222' })
    const other = clientsFor(emulator, { env, region: 'eu-west-1' }).ecs
    const { clusters } = await other.send(new DescribeClustersCommand({ clusters: ['given'] }))
    expect(clusters?.map(({ clusterArn }) => clusterArn)).toEqual([arn])
  })
})

it('keeps tags of whatever has an ARN', async () => {
  const { taskDefinition } = await register('tagged')
  const resourceArn = taskDefinition?.taskDefinitionArn ?? ''
  await ecs.send(new TagResourceCommand({ resourceArn, tags: [{ key: 'more', value: 'b' }] }))
  await ecs.send(new UntagResourceCommand({ resourceArn, tagKeys: ['team'] }))
  const { tags } = await ecs.send(new ListTagsForResourceCommand({ resourceArn }))
  expect(tags).toEqual([{ key: 'more', value: 'b' }])
})
