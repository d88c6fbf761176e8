import type { ContainerDefinition, RegisterTaskDefinitionRequest, Volume } from '@aws-sdk/client-ecs'
import {
  DeregisterTaskDefinitionCommand,
  DescribeTaskDefinitionCommand,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs'
import { ProviderError } from '../provider-error.ts'
import type { State } from '../wire/value.ts'
import { ecsTags, retagEcs } from './ecs-tags.ts'
import { knownBy } from './known-by.ts'
import type { ResourceType } from './resource-type.ts'
import { blocks, number, oneBlock, present, text, texts } from './shape.ts'

/** `aws_ecs_task_definition`: every change is a new revision, and `skip_destroy` keeps the old ones usable. */
export const ecsTaskDefinition: ResourceType = {
  label: 'ECS Task Definition',
  ...knownBy('family'),
  // All but `tags`, `skip_destroy` and `track_latest` (Terraform AWS provider, internal/service/ecs/task_definition.go).
  replaceOn: [
    'container_definitions',
    'cpu',
    'enable_fault_injection',
    'ephemeral_storage',
    'execution_role_arn',
    'family',
    'ipc_mode',
    'memory',
    'network_mode',
    'pid_mode',
    'placement_constraints',
    'proxy_configuration',
    'region',
    'requires_compatibilities',
    'runtime_platform',
    'task_role_arn',
    'volume',
  ],
  create: async ({ ecs }, planned) => {
    const { taskDefinition } = await ecs.send(new RegisterTaskDefinitionCommand(inputOf(planned)))
    const arn = taskDefinition?.taskDefinitionArn ?? ''
    return {
      id: String(planned.family),
      arn,
      arn_without_revision: arn.replace(/:\d+$/, ''),
      revision: taskDefinition?.revision ?? null,
      network_mode: taskDefinition?.networkMode ?? null,
      enable_fault_injection: false,
    }
  },
  read: async ({ ecs }, state) => {
    const taskDefinition = String(state.arn)
    const seen = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition })).catch(orUnknown)
    return seen?.taskDefinition?.status === 'ACTIVE' ? {} : null
  },
  update: async (aws, change) => {
    if (change.changed.has('tags_all')) await retagEcs(aws, change)
    return {}
  },
  remove: async ({ ecs }, prior) => {
    if (prior.skip_destroy === true) return
    await ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: String(prior.arn) }))
  },
}

// ECS has no separate error for a missing task definition.
function orUnknown(cause: Error): null {
  if (cause.message === 'Unable to describe task definition.') return null
  throw cause
}

function inputOf(planned: State): RegisterTaskDefinitionRequest {
  return present({
    family: String(planned.family),
    containerDefinitions: containersOf(String(planned.container_definitions)),
    cpu: text(planned.cpu),
    memory: text(planned.memory),
    networkMode: text(planned.network_mode),
    requiresCompatibilities: texts(planned.requires_compatibilities),
    executionRoleArn: text(planned.execution_role_arn),
    taskRoleArn: text(planned.task_role_arn),
    ipcMode: text(planned.ipc_mode),
    pidMode: text(planned.pid_mode),
    runtimePlatform: oneBlock(planned.runtime_platform, block => ({
      operatingSystemFamily: text(block.operating_system_family),
      cpuArchitecture: text(block.cpu_architecture),
    })),
    ephemeralStorage: oneBlock(planned.ephemeral_storage, block => ({
      sizeInGiB: number(block.size_in_gib),
    })),
    volumes: blocks(planned.volume).map(volumeOf),
    tags: ecsTags(planned),
  }) as RegisterTaskDefinitionRequest
}

function volumeOf({ name, host_path, efs_volume_configuration }: State): Volume {
  return present({
    name: text(name),
    host: text(host_path) ? { sourcePath: text(host_path) } : undefined,
    efsVolumeConfiguration: oneBlock(efs_volume_configuration, efs =>
      present({
        fileSystemId: text(efs.file_system_id),
        rootDirectory: text(efs.root_directory),
        transitEncryption: text(efs.transit_encryption),
        authorizationConfig: oneBlock(efs.authorization_config, one =>
          present({ accessPointId: text(one.access_point_id), iam: text(one.iam) }),
        ),
      }),
    ),
  }) as Volume
}

function containersOf(json: string): ContainerDefinition[] {
  try {
    return JSON.parse(json) as ContainerDefinition[]
  } catch (cause) {
    throw new ProviderError(
      `ECS Task Definition container_definitions is invalid: ${(cause as Error).message}`,
    )
  }
}
