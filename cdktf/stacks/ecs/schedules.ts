import { iamArn, regionalArn } from '../../../scripts/aws/arn.ts'
import { allowUnnamed, type PolicyStatement } from '../../../scripts/aws/statements.ts'
import { ecsNames, scheduleName, serviceName } from '../../../scripts/kinds/ecs-service/names.ts'
import { providersOf } from '../../../scripts/kinds/ecs-service/parts/capacity.ts'
import type { Schedules } from '../../../scripts/kinds/ecs-service/parts/schedules.ts'
import { printTarget } from '../../../scripts/names/target.ts'
import { SchedulerSchedule, SfnStateMachine } from '../../aws.ts'
import { targetTags } from '../shared/base-stack.ts'
import { jsonLiteral } from '../shared/literal.ts'
import { trustPolicy } from '../shared/policies.ts'
import type { ServiceStack } from '../shared/service-stack.ts'
import type { EcsSpec } from './spec.ts'

/**
 * Runs commands on schedule with the task definition that serves. A schedule of EventBridge could name a revision, which
 * somebody would have to move with each rollout and each way back, or the family, whose newest revision may not have
 * arrived. So it starts a state machine, which asks ECS what serves at that moment, and nobody owns a second pointer.
 */
export function runOnSchedule(stack: ServiceStack, spec: EcsSpec): void {
  const { target, environment, settings } = spec
  const all = Object.entries(settings.schedules ?? {})
  if (all.length === 0) return
  const trust = trustPolicy(['scheduler.amazonaws.com', 'states.amazonaws.com'], {
    StringEquals: { 'aws:SourceAccount': environment.account },
  })
  const { scheduleRole } = ecsNames(target)
  const { role, policies } = stack.role('schedule_role', scheduleRole, trust, mayRun(spec))
  for (const [name, schedule] of all) {
    const id = `schedule_${name.replaceAll('-', '_')}`
    const machine = new SfnStateMachine(stack, id, {
      name: scheduleName(target, name),
      roleArn: role.arn,
      definition: jsonLiteral(definition(spec, schedule)),
      dependsOn: [...policies],
    })
    new SchedulerSchedule(stack, `${id}_times`, {
      name: scheduleName(target, name),
      description: `Runs ${name} of ${printTarget(target)}`,
      scheduleExpression: schedule.expression,
      scheduleExpressionTimezone: schedule.timezone,
      state: schedule.state,
      flexibleTimeWindow: { mode: 'OFF' },
      target: { arn: machine.arn, roleArn: role.arn },
    })
  }
}

/** Finds what serves and runs it (Amazon States Language, with JSONata). */
function definition(spec: EcsSpec, { command, timeoutMinutes }: Schedules[string]) {
  const { target, cluster, container, network, settings } = spec
  const { capacityProviderStrategy: capacity } = settings
  return {
    Comment: `Runs a command with the task definition that serves ${printTarget(target)}`,
    QueryLanguage: 'JSONata',
    StartAt: 'Find',
    States: {
      Find: {
        Type: 'Task',
        Resource: 'arn:aws:states:::aws-sdk:ecs:describeServices',
        Arguments: { Cluster: cluster, Services: [serviceName(target, settings)] },
        Output: { taskDefinition: `{% ${serving} %}` },
        Next: 'Run',
      },
      Run: {
        Type: 'Task',
        // Waits for the end, so that a task which fails is an execution that fails.
        Resource: 'arn:aws:states:::ecs:runTask.sync',
        TimeoutSeconds: timeoutMinutes * 60,
        Arguments: {
          Cluster: cluster,
          TaskDefinition: '{% $states.input.taskDefinition %}',
          ...(capacity === undefined
            ? { LaunchType: 'FARGATE' }
            : {
                CapacityProviderStrategy: providersOf(capacity).map(({ capacityProvider, base, weight }) => ({
                  CapacityProvider: capacityProvider,
                  Base: base,
                  Weight: weight,
                })),
              }),
          NetworkConfiguration: {
            AwsvpcConfiguration: {
              Subnets: [...network.subnets],
              SecurityGroups: [...network.securityGroups],
              AssignPublicIp: 'DISABLED',
            },
          },
          Overrides: { ContainerOverrides: [{ Name: container, Command: command }] },
          PropagateTags: 'TASK_DEFINITION',
        },
        End: true,
      },
    },
  }
}

/**
 * The task definition whose deployment is complete, as of DescribeServices: the new one only after its rollout. Before
 * the first deployment is complete, and while ECS itself goes back, it is the one that ECS deploys.
 */
const serving = [
  '($all := $states.result.Services[0].Deployments;',
  "$primary := $all[Status = 'PRIMARY'];",
  "$complete := $all[RolloutState = 'COMPLETED'];",
  "$exists($complete) and $not($primary[0].RolloutState = 'COMPLETED')",
  '? $complete[0].TaskDefinition : $primary[0].TaskDefinition)',
].join(' ')

function mayRun({ target, environment, cluster, settings }: EcsSpec): PolicyStatement[] {
  const { family, role, executionRole } = ecsNames(target)
  const service = serviceName(target, settings)
  const roles = [role, executionRole].map(name => iamArn(environment, `role/${name}`))
  const arn = (of: string, resource: string) => regionalArn(of, environment, resource)
  const machines = Object.keys(settings.schedules ?? {}).map(name =>
    arn('states', `stateMachine:${scheduleName(target, name)}`),
  )
  const tasks = arn('ecs', `task/${cluster}/*`)
  const own = Object.fromEntries(
    Object.entries(targetTags(target)).map(([tag, value]) => [`aws:ResourceTag/${tag}`, value]),
  )
  const atStart = { StringEquals: { 'ecs:CreateAction': 'RunTask' } }
  const inCluster = { ArnEquals: { 'ecs:cluster': arn('ecs', `cluster/${cluster}`) } }
  return [
    allowUnnamed(['states:StartExecution'], machines),
    allowUnnamed(['ecs:DescribeServices'], [arn('ecs', `service/${cluster}/${service}`)]),
    {
      ...allowUnnamed(['ecs:RunTask'], [arn('ecs', `task-definition/${family}:*`)]),
      Condition: inCluster,
    },
    allowUnnamed(['ecs:DescribeTasks'], [tasks]),
    // The tags come from the task definition, and tell its tasks from those of others.
    { ...allowUnnamed(['ecs:TagResource'], [tasks]), Condition: atStart },
    { ...allowUnnamed(['ecs:StopTask'], [tasks]), Condition: { StringEquals: own } },
    {
      ...allowUnnamed(['iam:PassRole'], roles),
      Condition: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
    },
    // AWS Step Functions developer guide, "IAM policies for calling Amazon ECS": how it learns that a task has ended.
    allowUnnamed(
      ['events:DescribeRule', 'events:PutRule', 'events:PutTargets'],
      [arn('events', 'rule/StepFunctionsGetEventsForECSTaskRule')],
    ),
  ]
}
