import { ecsNames } from '../../../scripts/kinds/ecs-service/names.ts'
import { type CloudwatchLogGroup, EcsTaskDefinition, type IamRole } from '../../aws.ts'
import type { Construct } from '../../cdk.ts'
import { jsonLiteral } from '../shared/literal.ts'
import { releaseVariables } from '../shared/service-stack.ts'
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
    family: ecsNames(target).service,
    requiresCompatibilities: ['FARGATE'],
    networkMode: 'awsvpc',
    cpu: String(settings.cpu),
    memory: String(settings.memory),
    runtimePlatform: { operatingSystemFamily: 'LINUX', cpuArchitecture: architecture },
    executionRoleArn: execution.arn,
    taskRoleArn: task.arn,
    containerDefinitions: jsonLiteral([container(spec)]),
    skipDestroy: true,
    // Each revision has its own tags, so this changes only with the revision.
    tags: { 'waybill-release': pin.tag },
    dependsOn: [log],
  })
}

function container(spec: EcsSpec) {
  const { target, settings, environment, image } = spec
  const variables = { ...settings.variables, ...releaseVariables(spec), PORT: String(settings.port) }
  return {
    name: target.service,
    image: image.uri,
    essential: true,
    portMappings: [{ containerPort: settings.port, protocol: 'tcp' }],
    environment: byName(variables).map(([name, value]) => ({ name, value })),
    secrets: byName(settings.secrets).map(([name, valueFrom]) => ({ name, valueFrom })),
    ...(settings.command === undefined ? {} : { command: settings.command }),
    logConfiguration: {
      logDriver: 'awslogs',
      options: {
        'awslogs-group': ecsNames(target).logGroup,
        'awslogs-region': environment.region,
        'awslogs-stream-prefix': target.service,
      },
    },
  }
}

function byName(values: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(values).toSorted(([a], [b]) => (a < b ? -1 : 1))
}
