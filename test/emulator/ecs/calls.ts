import type { CreateServiceCommandInput, ECSClient, UpdateServiceCommandInput } from '@aws-sdk/client-ecs'
import {
  CreateServiceCommand,
  DescribeServicesCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs'
import { ecrCalls } from '../calls.ts'
import { clientsFor } from '../clients.ts'
import type { Emulator } from '../emulator.ts'
import { startEmulator } from '../emulator.ts'
import { pushImage, sampleImage } from '../sample-image.ts'

/** The cluster of every service here. */
export const cluster = 'main'

/** What a task definition says to run an image under a tag. */
export const imageAt = (tag: string) => `111111111111.dkr.ecr.us-east-1.amazonaws.com/images:${tag}`

/** Starts an emulator with the cluster, and with an image under each tag. */
export async function startWithImages(...tags: string[]): Promise<Emulator> {
  const emulator = await startEmulator({ clusters: [cluster] })
  const { ecr } = clientsFor(emulator)
  await ecrCalls(() => ecr).repository('images', 'MUTABLE')
  for (const tag of tags) await pushImage(ecr, 'images', sampleImage(tag), tag)
  return emulator
}

/** The calls to ECS that most tests make, on one service; which one is asked when one is made. */
export function ecsCalls(now: () => { ecs: ECSClient; service: string }) {
  /** Registers a task definition of the service's family, and answers its ARN. */
  async function register(tag: string): Promise<string> {
    const { ecs, service: family } = now()
    const containerDefinitions = [{ name: 'app', image: imageAt(tag), memory: 128 }]
    const command = new RegisterTaskDefinitionCommand({ family, containerDefinitions })
    return (await ecs.send(command)).taskDefinition?.taskDefinitionArn ?? ''
  }
  /** The service as it is described. */
  async function look() {
    const { ecs, service } = now()
    const { services } = await ecs.send(new DescribeServicesCommand({ cluster, services: [service] }))
    return services?.[0] ?? {}
  }
  return {
    register,
    look,
    /** Creates the service and looks at it, with which it is complete; answers its task definition. */
    async create(extra: Partial<CreateServiceCommandInput> = {}): Promise<string> {
      const { ecs, service: serviceName } = now()
      const taskDefinition = extra.taskDefinition ?? (await register('v1'))
      const input = { cluster, serviceName, desiredCount: 2, ...extra, taskDefinition }
      await ecs.send(new CreateServiceCommand(input))
      await look()
      return taskDefinition
    },
    /** Updates the service. */
    update(change: Omit<UpdateServiceCommandInput, 'service'>) {
      const { ecs, service } = now()
      return ecs.send(new UpdateServiceCommand({ cluster, service, ...change }))
    },
  }
}
