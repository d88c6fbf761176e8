import { ecsNames } from '../../../scripts/kinds/ecs-service/names.ts'
import type { Volumes } from '../../../scripts/kinds/ecs-service/parts/volumes.ts'
import {
  type CloudwatchLogGroup,
  EcsTaskDefinition,
  type EcsTaskDefinitionVolume,
  type IamRole,
} from '../../aws.ts'
import type { Construct } from '../../cdk.ts'
import { jsonLiteral, literal } from '../shared/literal.ts'
import { containers } from './containers.ts'
import type { EcsSpec } from './spec.ts'

/** The resources of the stack that a task definition needs. */
export type TaskNeeds = {
  readonly execution: IamRole
  readonly task: IamRole
  readonly log: CloudwatchLogGroup
}

/** The task definition of a release. Older revisions stay active for rollbacks. */
export function taskDefinition(
  scope: Construct,
  spec: EcsSpec,
  { execution, task, log }: TaskNeeds,
): EcsTaskDefinition {
  const { target, settings, pin, architecture } = spec
  return new EcsTaskDefinition(scope, 'task', {
    family: ecsNames(target).family,
    requiresCompatibilities: ['FARGATE'],
    networkMode: 'awsvpc',
    cpu: String(settings.cpu),
    memory: String(settings.memory),
    runtimePlatform: { operatingSystemFamily: 'LINUX', cpuArchitecture: architecture },
    executionRoleArn: execution.arn,
    taskRoleArn: task.arn,
    containerDefinitions: jsonLiteral(containers(spec)),
    ...(settings.volumes === undefined ? {} : { volume: volumesOf(settings.volumes) }),
    skipDestroy: true,
    // Each revision has its own tags, so this changes only with the revision.
    tags: { 'waybill-release': pin.tag },
    dependsOn: [log],
  })
}

/** The file systems that a task mounts, always encrypted on the way, and with the rights of the task's role. */
function volumesOf(volumes: Volumes): EcsTaskDefinitionVolume[] {
  return Object.entries(volumes).map(([name, { fileSystemId, accessPointId, rootDirectory }]) => ({
    name,
    efsVolumeConfiguration: {
      fileSystemId,
      transitEncryption: 'ENABLED',
      ...(rootDirectory === undefined ? {} : { rootDirectory: literal(rootDirectory) }),
      authorizationConfig: {
        iam: 'ENABLED',
        ...(accessPointId === undefined ? {} : { accessPointId }),
      },
    },
  }))
}
