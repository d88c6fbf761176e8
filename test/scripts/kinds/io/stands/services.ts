import {
  CreateServiceCommand,
  DeleteServiceCommand,
  DescribeServicesCommand,
  type ECSClient,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs'
import type { Digest } from '../../../../../scripts/names/digest.ts'
import type { ServiceName } from '../../../../../scripts/names/service-name.ts'
import { sampleImage } from '../../../../emulator/sample-image.ts'
import {
  type AppliedThing,
  account,
  atOnce,
  type OnTheWire,
  onTheWire,
  region,
  type Stand,
  uniqueName,
} from './stand.ts'

/** Registers a task definition for an image and returns its ARN. */
export async function register(ecs: ECSClient, family: string, tag: string): Promise<string> {
  const image = `${account}.dkr.ecr.${region}.amazonaws.com/images:${tag}`
  const { taskDefinition } = await ecs.send(
    new RegisterTaskDefinitionCommand({
      family,
      containerDefinitions: [{ name: 'service-a', image, memory: 128 }],
    }),
  )
  return taskDefinition?.taskDefinitionArn ?? ''
}

/** An ECS service that runs its first task definition and has just registered its second. */
export async function applyService(
  stand: Stand,
  desiredCount = 2,
): Promise<AppliedThing & { wire: OnTheWire; name: string }> {
  const { emulator } = stand
  const { ecs } = stand.clients
  const serviceName = uniqueName('service')
  // Its own cluster, since requests for tasks name only the cluster.
  const cluster = serviceName
  emulator.ensureCluster(cluster)
  const first = await register(ecs, serviceName, 'service-a-v1.0.0')
  const deploymentConfiguration = { deploymentCircuitBreaker: { enable: true, rollback: true } }
  const input = { cluster, serviceName, desiredCount, taskDefinition: first, deploymentConfiguration }
  await ecs.send(new CreateServiceCommand(input))
  const describe = () => ecs.send(new DescribeServicesCommand({ cluster, services: [serviceName] }))
  await describe()
  const revision = await register(ecs, serviceName, 'service-a-v1.1.0')
  const wire = onTheWire(stand, serviceName)
  const tag = 'service-a-v1.1.0'
  const container = 'service-a'
  const update = (taskDefinition: string) =>
    ecs.send(new UpdateServiceCommand({ cluster, service: serviceName, taskDefinition }))
  let byHand = 0
  return {
    rollout: {
      target: { service: 'service-a' as ServiceName, environment: 'staging' },
      tag,
      applied: {
        kind: 'ecs-service',
        tag,
        revision,
        cluster,
        serviceName,
        container,
      } as AppliedThing['rollout']['applied'],
      digests: [sampleImage('1.1.0').digest as Digest],
      plan: atOnce,
    },
    name: serviceName,
    wire,
    first,
    async runs() {
      const { services } = await describe()
      return services?.[0]?.deployments?.find(({ status }) => status === 'PRIMARY')?.taskDefinition
    },
    another: () => register(ecs, serviceName, 'service-a-v1.0.0'),
    async sendByHand(taskDefinition) {
      byHand += 1
      await update(taskDefinition)
      await describe()
    },
    async remove() {
      await ecs.send(new DeleteServiceCommand({ cluster, service: serviceName, force: true }))
    },
    writes: () => wire.requests('UpdateService').length - byHand,
    // Between the mover's last look and its write.
    beforeWrite: act => wire.meanwhile('DescribeServices', act, { skip: 1 }),
    loseAnswer: () => wire.loseAnswer('UpdateService'),
    failNext: () => emulator.setRollout({ cluster, service: serviceName, outcome: 'fails', times: 1 }),
  }
}
