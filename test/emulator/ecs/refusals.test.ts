import {
  CreateServiceCommand,
  type CreateServiceCommandInput,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
  TagResourceCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clientsFor } from '../clients.ts'
import type { Emulator } from '../emulator.ts'
import { startEmulator } from '../emulator.ts'
import { rawCalls } from '../raw-calls.ts'
import { refusedWith } from '../refused-with.ts'

const ecrImage = '111111111111.dkr.ecr.us-east-1.amazonaws.com/images:v1'
const image = 'docker.io/library/nginx:1'
const port = { containerPort: 8080 }
const app = { name: 'app', image, portMappings: [port] }
const fargate = {
  family: 'family',
  containerDefinitions: [app],
  requiresCompatibilities: ['FARGATE'],
  networkMode: 'awsvpc',
  cpu: '256',
  memory: '512',
} as const
const instance = { family: 'instance', containerDefinitions: [{ ...app, memory: 128 }] }
let emulator: Emulator
let ecs: ReturnType<typeof clientsFor>['ecs']

beforeAll(async () => {
  emulator = await startEmulator({ clusters: ['main'] })
  ecs = clientsFor(emulator).ecs
  for (const definition of [fargate, instance]) await register(definition)
})
afterAll(() => emulator.close())

const register = (input: object) =>
  ecs.send(new RegisterTaskDefinitionCommand(input as RegisterTaskDefinitionCommandInput))

describe('a task definition for Fargate', () => {
  it.each([
    ['256', '2048'],
    ['.5 vCPU', '1 GB'],
    ['1 vcpu', '8GB'],
    ['4096', '30720'],
    ['16384', '122880'],
  ])('can have %s of CPU and %s of memory', async (cpu, memory) => {
    await register({ ...fargate, cpu, memory })
  })

  it.each([
    ['256', '4096'],
    ['256', '1536'],
    ['300', '512'],
    ['1024', '1024'],
    ['8192', '17408'],
    ['1 core', '2 GB'],
  ])('cannot have %s of CPU and %s of memory', async (cpu, memory) => {
    const message = 'No Fargate configuration exists for given values'
    await expect(register({ ...fargate, cpu, memory })).rejects.toMatchObject(
      refusedWith('ClientException', message),
    )
  })

  it.each([
    ['no CPU', { cpu: undefined }, "requires that 'cpu' be defined"],
    ['no memory', { memory: undefined }, "requires that 'memory' be defined"],
    ['another network mode', { networkMode: 'bridge' }, 'only supports network mode'],
    ['no network mode', { networkMode: undefined }, 'only supports network mode'],
    [
      'no execution role for an image of ECR',
      { containerDefinitions: [{ ...app, image: ecrImage }] },
      'execution role ARN to support ECR images',
    ],
    [
      'no execution role for its log',
      { containerDefinitions: [{ ...app, logConfiguration: { logDriver: 'awslogs' } }] },
      'execution role ARN to support log driver awslogs',
    ],
  ])('is refused with %s', async (_, change, message) => {
    await expect(register({ ...fargate, ...change })).rejects.toMatchObject(
      refusedWith('ClientException', message),
    )
  })

  // ECS finds out that a role is missing when it starts a task, not before.
  it('is taken with an execution role that IAM does not have, even for an image of ECR', async () => {
    const executionRoleArn = 'arn:aws:iam::111111111111:role/pulls'
    await register({ ...fargate, executionRoleArn, containerDefinitions: [{ ...app, image: ecrImage }] })
  })
})

describe('a task definition', () => {
  const secrets = [{ name: 'A', valueFrom: 'arn:aws:ssm:us-east-1:111111111111:parameter/a' }]
  const sized = { ...app, memory: 128 }
  const waitFor = (condition: string) => ({ containerName: 'other', condition })

  it.each([
    ['no memory', { containerDefinitions: [app] }, "At least one of 'memory' or 'memoryReservation'"],
    ['no name', { containerDefinitions: [{ image, memory: 128 }] }, 'Container.name should not be null'],
    [
      'no image',
      { containerDefinitions: [{ name: 'app', memory: 128 }] },
      'Container.image should not be null',
    ],
    ['one name twice', { containerDefinitions: [sized, sized] }, 'unique'],
    [
      'a container that waits for none',
      { containerDefinitions: [{ ...sized, dependsOn: [waitFor('START')] }] },
      'app depends on other, which is not in the task definition',
    ],
    [
      'a container that waits for the health of one without a check',
      {
        containerDefinitions: [
          { ...sized, dependsOn: [waitFor('HEALTHY')] },
          { ...sized, name: 'other' },
        ],
      },
      'other has no health check',
    ],
    [
      'a container that waits for the end of an essential one',
      {
        containerDefinitions: [
          { ...sized, dependsOn: [waitFor('SUCCESS')] },
          { ...sized, name: 'other' },
        ],
      },
      'other is essential, so it must not end',
    ],
    [
      'a volume that it does not define',
      {
        containerDefinitions: [{ ...sized, mountPoints: [{ sourceVolume: 'data', containerPath: '/data' }] }],
        volumes: [{ name: 'other' }],
      },
      "Unknown volume 'data'",
    ],
    [
      'no router for its log',
      { containerDefinitions: [{ ...sized, logConfiguration: { logDriver: 'awsfirelens' } }] },
      'none is a log router',
    ],
    [
      'nothing essential',
      { containerDefinitions: [{ ...sized, essential: false }] },
      'at least one essential',
    ],
    ['an invalid role', { taskRoleArn: 'arn:aws:iam::111111111111:user/a' }, 'Role is not valid'],
    [
      'secrets and no role',
      { containerDefinitions: [{ ...sized, secrets }] },
      "value for 'executionRoleArn'",
    ],
    [
      'a port on another of the host',
      {
        networkMode: 'awsvpc',
        containerDefinitions: [{ ...sized, portMappings: [{ ...port, hostPort: 80 }] }],
      },
      'must match',
    ],
  ])('is refused with %s', async (_, change, message) => {
    await expect(register({ ...instance, ...change })).rejects.toMatchObject(
      refusedWith('ClientException', message),
    )
  })

  it.each([
    ['networkMode', { networkMode: 'overlay' }, '[bridge, host, awsvpc, none]'],
    [
      'requiresCompatibilities',
      { requiresCompatibilities: ['EKS'] },
      "Value 'EKS' at 'requiresCompatibilities.1.member'",
    ],
    ['pidMode', { pidMode: 'none' }, "Value 'none' at 'pidMode'"],
    ['runtimePlatform', { runtimePlatform: { cpuArchitecture: 'ARM' } }, 'runtimePlatform.cpuArchitecture'],
    [
      'logDriver',
      { containerDefinitions: [{ ...sized, logConfiguration: { logDriver: 'file' } }] },
      'logDriver',
    ],
    ['containerDefinitions', { containerDefinitions: undefined }, "Value null at 'containerDefinitions'"],
    ['eleven containers', { containerDefinitions: Array(11).fill(sized) }, 'less than or equal to 10'],
    ['family', { family: 'a b' }, "Value 'a b' at 'family'"],
  ])('is refused for its %s', async (_, change, message) => {
    await expect(register({ ...instance, ...change })).rejects.toMatchObject(
      refusedWith('InvalidParameterException', message),
    )
  })
})

describe('a service', () => {
  const networkConfiguration = { awsvpcConfiguration: { subnets: ['subnet-1'] } }
  const network = { networkConfiguration }
  const balancer = {
    targetGroupArn: 'arn:aws:elasticloadbalancing:us-east-1:111111111111:targetgroup/a/b',
    containerName: 'app',
    containerPort: 8080,
  }
  let count = 0
  const create = (change: object) => {
    count += 1
    const input = {
      cluster: 'main',
      serviceName: `s-${count}`,
      taskDefinition: 'family',
      desiredCount: 1,
      ...network,
      ...change,
    }
    return ecs.send(new CreateServiceCommand(input as CreateServiceCommandInput))
  }

  it('runs on Fargate behind a load balancer', async () => {
    await create({ launchType: 'FARGATE', loadBalancers: [balancer], healthCheckGracePeriodSeconds: 60 })
  })

  it.each([
    [
      'a launch type that its task definition is not for',
      { taskDefinition: 'instance', networkConfiguration: undefined, launchType: 'FARGATE' },
      'does not support launch_type FARGATE',
    ],
    ['an unknown launch type', { launchType: 'LAMBDA' }, "Value 'LAMBDA' at 'launchType'"],
    ['no network', { networkConfiguration: undefined }, "must be provided when networkMode 'awsvpc'"],
    ['a network that it cannot have', { taskDefinition: 'instance' }, 'not valid for the given networkMode'],
    ['no subnets', { networkConfiguration: { awsvpcConfiguration: { subnets: [] } } }, 'subnets'],
    [
      'six security groups',
      {
        networkConfiguration: {
          awsvpcConfiguration: { subnets: ['a'], securityGroups: Array(6).fill('sg') },
        },
      },
      'less than or equal to 5',
    ],
    [
      'a container that is not there',
      { loadBalancers: [{ ...balancer, containerName: 'web' }] },
      'The container web does not exist in the task definition.',
    ],
    [
      'a port that is not there',
      { loadBalancers: [{ ...balancer, containerPort: 80 }] },
      'did not have a container port 80 defined.',
    ],
    [
      'a grace period and no load balancer',
      { healthCheckGracePeriodSeconds: 60 },
      'Health check grace period is only valid',
    ],
    [
      'a port in Service Connect that its task definition does not name',
      { serviceConnectConfiguration: { enabled: true, services: [{ portName: 'main' }] } },
      'The portName main of the service connect configuration',
    ],
    ['no count', { desiredCount: undefined }, 'desired count'],
    [
      'a launch type beside capacity providers',
      { launchType: 'FARGATE', capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT' }] },
      'Specifying both a launch type and capacity provider strategy',
    ],
    [
      'a capacity provider that its cluster does not have',
      { launchType: undefined, capacityProviderStrategy: [{ capacityProvider: 'MINE' }] },
      'not associated with the cluster',
    ],
    [
      'an unknown strategy',
      { deploymentConfiguration: { strategy: 'RAINBOW' } },
      "'deploymentConfiguration.strategy'",
    ],
    [
      'steps for another strategy',
      { deploymentConfiguration: { strategy: 'CANARY', linearConfiguration: { stepPercent: 10 } } },
      'LINEAR',
    ],
    [
      'steps of 1 %',
      { deploymentConfiguration: { strategy: 'LINEAR', linearConfiguration: { stepPercent: 1 } } },
      'greater than or equal to 3',
    ],
    [
      'a pause while traffic shifts',
      {
        deploymentConfiguration: {
          lifecycleHooks: [{ targetType: 'PAUSE', lifecycleStages: ['PRODUCTION_TRAFFIC_SHIFT'] }],
        },
      },
      'PAUSE',
    ],
    ['tags to propagate from nowhere', { propagateTags: 'CLUSTER' }, "'propagateTags'"],
  ])('is refused with %s', async (_, change, message) => {
    await expect(create(change)).rejects.toMatchObject(refusedWith('InvalidParameterException', message))
  })

  it('is not given a task definition that does not fit it', async () => {
    const { service } = await create({})
    const command = new UpdateServiceCommand({
      cluster: 'main',
      service: service?.serviceName,
      taskDefinition: 'instance',
    })
    await expect(ecs.send(command)).rejects.toMatchObject(
      refusedWith('InvalidParameterException', 'not valid for the given networkMode'),
    )
  })
})

it('tags only what there is', async () => {
  const resourceArn = 'arn:aws:ecs:us-east-1:111111111111:service/main/nothing'
  await expect(ecs.send(new TagResourceCommand({ resourceArn, tags: [] }))).rejects.toMatchObject(
    refusedWith('ResourceNotFoundException', "couldn't be found"),
  )
})

it.each([
  ['CreateService', ['serviceName', 'taskDefinition']],
  ['DeleteCluster', ['cluster']],
  ['DeleteService', ['service']],
  ['DeregisterTaskDefinition', ['taskDefinition']],
  ['DescribeServiceDeployments', ['serviceDeploymentArns']],
  ['DescribeServiceRevisions', ['serviceRevisionArns']],
  ['DescribeServices', ['services']],
  ['DescribeTaskDefinition', ['taskDefinition']],
  ['DescribeTasks', ['tasks']],
  ['ListServiceDeployments', ['service']],
  ['ListTagsForResource', ['resourceArn']],
  ['RegisterTaskDefinition', ['family', 'containerDefinitions']],
  ['StopServiceDeployment', ['serviceDeploymentArn']],
  ['TagResource', ['resourceArn', 'tags']],
  ['UntagResource', ['resourceArn', 'tagKeys']],
  ['UpdateService', ['service']],
])('%s needs %j', async (operation, members) => {
  const target = `AmazonEC2ContainerServiceV20141113.${operation}`
  const { status, body } = await rawCalls(() => emulator).json('ecs', target, {})
  expect([status, body]).toMatchObject([400, { __type: 'InvalidParameterException' }])
  for (const member of members) {
    expect(JSON.stringify(body)).toContain(`Value null at '${member}'`)
  }
})
