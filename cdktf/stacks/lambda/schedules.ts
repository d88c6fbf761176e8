import { regionalArn } from '../../../scripts/aws/arn.ts'
import { allowUnnamed } from '../../../scripts/aws/statements.ts'
import { aliasNames, functionName, functionNames, triggerName } from '../../../scripts/kinds/lambda/names.ts'
import { printTarget } from '../../../scripts/names/target.ts'
import { type LambdaAlias, SchedulerSchedule } from '../../aws.ts'
import { isGuardian } from '../shared/guardian.ts'
import { jsonLiteral } from '../shared/literal.ts'
import { trustPolicy } from '../shared/policies.ts'
import type { Role, ServiceStack } from '../shared/service-stack.ts'
import type { LambdaSpec } from './spec.ts'

/** The role that schedules call the live version with, and may do nothing else; undefined where nothing is scheduled. */
export function schedulerRole(stack: ServiceStack, spec: LambdaSpec): Role | undefined {
  const { target, environment, settings } = spec
  // Rollouts make the schedules of a guardian.
  if (!isGuardian(spec) && Object.keys(settings.schedules ?? {}).length === 0) return undefined
  const names = functionNames(target)
  const { live } = aliasNames(target.environment)
  return stack.role(
    'scheduler_role',
    names.schedulerRole,
    trustPolicy('scheduler.amazonaws.com', { StringEquals: { 'aws:SourceAccount': environment.account } }),
    [
      allowUnnamed(
        ['lambda:InvokeFunction'],
        [regionalArn('lambda', environment, `function:${functionName(target, settings)}:${live}`)],
      ),
    ],
  )
}

/** Has the schedules of a function call its live version. */
export function callOnSchedule(
  stack: ServiceStack,
  { target, settings }: LambdaSpec,
  live: LambdaAlias,
  { role, policies }: Role,
): void {
  for (const [name, schedule] of Object.entries(settings.schedules ?? {})) {
    const { expression, timezone, input, flexibleMinutes, maximumRetryAttempts, state } = schedule
    new SchedulerSchedule(stack, `schedule_${name.replaceAll('-', '_')}`, {
      name: triggerName(target, name),
      description: `Calls ${printTarget(target)}`,
      scheduleExpression: expression,
      scheduleExpressionTimezone: timezone,
      state,
      flexibleTimeWindow:
        flexibleMinutes === undefined
          ? { mode: 'OFF' }
          : { mode: 'FLEXIBLE', maximumWindowInMinutes: flexibleMinutes },
      target: {
        arn: live.arn,
        roleArn: role.arn,
        retryPolicy: { maximumRetryAttempts },
        ...(input === undefined ? {} : { input: jsonLiteral(input) }),
      },
      dependsOn: [...policies],
    })
  }
}
