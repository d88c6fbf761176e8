import type { Service } from '@aws-sdk/client-ecs'
import {
  CreateServiceCommand,
  DeleteServiceCommand,
  DescribeServicesCommand,
  UpdateServiceCommand,
  waitUntilServicesStable,
} from '@aws-sdk/client-ecs'
import type { Aws } from '../aws/configuration.ts'
import { step } from '../provider-error.ts'
import type { State } from '../wire/value.ts'
import { createInput, updateInput } from './ecs-service-input.ts'
import { retagEcs } from './ecs-tags.ts'
import { found } from './found.ts'
import type { ResourceType } from './resource-type.ts'
import { blocks, unlessDefault } from './shape.ts'

/** `aws_ecs_service`. The stack usually ignores its task definition, because a rollout moves it. */
export const ecsService: ResourceType = {
  label: 'ECS Service',
  nameOf: ({ name }) => String(name),
  fromId: id => {
    const [cluster = '', name = ''] = id.split('/')
    return { cluster, name }
  },
  replaceOn: [
    'cluster',
    'deployment_controller',
    'iam_role',
    'launch_type',
    'name',
    'region',
    'scheduling_strategy',
  ],
  create: async (aws, planned, made) => {
    const { service } = await aws.ecs.send(new CreateServiceCommand(createInput(planned)))
    const shown = { ...computed(service), cluster: planned.cluster ?? service?.clusterArn ?? null }
    made(shown)
    await waitIfAsked(aws, planned)
    return shown
  },
  read: async (aws, state) => {
    const service = await describe(aws, state)
    return service === undefined ? null : { ...computed(service), ...settingsSeen(service, state) }
  },
  update: async (aws, change) => {
    const { planned, changed } = change
    if (changed.has('tags_all')) await retagEcs(aws, change)
    const input = updateInput(planned, changed)
    if (input !== undefined) await aws.ecs.send(new UpdateServiceCommand(input))
    await waitIfAsked(aws, planned)
    return {}
  },
  remove: async (aws, prior) => {
    const service = await describe(aws, prior)
    if (service === undefined) return
    const key = keyOf(prior)
    if (service.schedulingStrategy !== 'DAEMON' && (service.desiredCount ?? 0) > 0) {
      await step(`draining ECS Service (${prior.name})`, () =>
        aws.ecs.send(new UpdateServiceCommand({ ...key, desiredCount: 0 })),
      )
    }
    await aws.ecs.send(new DeleteServiceCommand({ ...key, force: prior.force_delete === true }))
  },
}

async function describe({ ecs }: Aws, state: State): Promise<Service | undefined> {
  const { cluster, service } = keyOf(state)
  const seen = await found(ecs.send(new DescribeServicesCommand({ cluster, services: [service] })))
  return seen?.services?.find(({ status }) => status === 'ACTIVE')
}

async function waitIfAsked(aws: Aws, planned: State): Promise<void> {
  if (planned.wait_for_steady_state !== true) return
  const { cluster, service } = keyOf(planned)
  const waiting = { client: aws.ecs, maxWaitTime: 1200, minDelay: 0.05, maxDelay: 1, abortSignal: aws.signal }
  await step(`waiting for ECS Service (${service}) create`, () =>
    waitUntilServicesStable(waiting, { cluster, services: [service] }),
  )
}

function computed(service: Service | undefined): State {
  const arn = service?.serviceArn ?? null
  return {
    id: arn,
    arn,
    availability_zone_rebalancing: service?.availabilityZoneRebalancing ?? null,
    launch_type: service?.launchType ?? null,
    platform_version: service?.platformVersion ?? null,
    triggers: {},
  }
}

function settingsSeen(service: Service, state: State): State {
  const [network] = blocks(state.network_configuration)
  const seen = service.networkConfiguration?.awsvpcConfiguration
  return {
    desired_count: service.desiredCount ?? null,
    task_definition: sameForm(state.task_definition as string | null, service.taskDefinition ?? ''),
    health_check_grace_period_seconds: unlessDefault(
      state.health_check_grace_period_seconds,
      service.healthCheckGracePeriodSeconds,
      0,
    ),
    deployment_maximum_percent: unlessDefault(
      state.deployment_maximum_percent,
      service.deploymentConfiguration?.maximumPercent,
      200,
    ),
    deployment_minimum_healthy_percent: unlessDefault(
      state.deployment_minimum_healthy_percent,
      service.deploymentConfiguration?.minimumHealthyPercent,
      100,
    ),
    ...strategySeen(service, state),
    ...(network && seen
      ? {
          network_configuration: [
            {
              ...network,
              subnets: [...(seen.subnets ?? [])].sort(),
              security_groups: seen.securityGroups?.length
                ? [...seen.securityGroups].sort()
                : (network.security_groups ?? null),
            },
          ],
        }
      : {}),
  }
}

// The real provider reads all of the block; what else it holds goes with the strategy.
function strategySeen({ deploymentConfiguration: seen }: Service, state: State): State {
  const [block] = blocks(state.deployment_configuration)
  if (block === undefined) return {}
  const bake = seen?.bakeTimeInMinutes
  return {
    deployment_configuration: [
      {
        ...block,
        strategy: seen?.strategy ?? null,
        bake_time_in_minutes: bake === undefined ? (block.bake_time_in_minutes ?? null) : String(bake),
      },
    ],
  }
}

// The real provider keeps `family:revision` if the configuration uses that form.
function sameForm(state: string | null, arn: string): string {
  return state !== null && !state.startsWith('arn:') ? arn.replace(/^.*\//, '') : arn
}

function keyOf({ cluster, name }: State): { cluster: string; service: string } {
  return { cluster: String(cluster ?? 'default'), service: String(name) }
}
