import { guardianStatements } from '../../../scripts/access/guardian.ts'
import { regionalArn } from '../../../scripts/aws/arn.ts'
import type { PolicyStatement } from '../../../scripts/aws/statements.ts'
import type { GuardianSettings } from '../../../scripts/catalogue/guardian-settings.ts'
import { byKind } from '../../../scripts/catalogue/settings/own-places.ts'
import type { StepsCall } from '../../../scripts/guardian/events.ts'
import { placeVariable, printPlace } from '../../../scripts/guardian/place.ts'
import type { Part } from '../../../scripts/kinds/kind.ts'
import { guardianNames } from '../../../scripts/kinds/lambda/guardian.ts'
import { CloudwatchEventRule, CloudwatchEventTarget, type LambdaAlias, SchedulerSchedule } from '../../aws.ts'
import { isGuardian } from '../shared/guardian.ts'
import { jsonLiteral, literal } from '../shared/literal.ts'
import type { Role, ServiceStack } from '../shared/service-stack.ts'
import { mayCall } from './permission.ts'
import type { LambdaSpec } from './spec.ts'

/** The settings of the guardian that a function is; undefined for any other function. */
function settingsOf(spec: LambdaSpec): GuardianSettings | undefined {
  return isGuardian(spec) ? spec.environment.guardian : undefined
}

/** What a function may do as a guardian. */
export function guardianRights(spec: LambdaSpec): PolicyStatement[] {
  const settings = settingsOf(spec)
  const { target, environment, artifacts, ownPlaces } = spec
  return settings === undefined
    ? []
    : guardianStatements(
        { name: target.environment, environment, artifacts, given: byKind(ownPlaces) },
        settings,
      )
}

/** What a guardian is told of its environment. */
export function guardianVariables(spec: LambdaSpec): Record<string, string> {
  const settings = settingsOf(spec)
  if (settings === undefined) return {}
  const { target, environment, repository, artifacts, ownPlaces } = spec
  const { account, region, cluster, ledger, notices } = environment
  const place = printPlace({
    ...{ environment: target.environment, account, region, ledger: ledger.bucket, ...settings },
    ...(cluster === undefined ? {} : { cluster }),
    ...(repository === undefined ? {} : { repository }),
    ...(notices === undefined ? {} : { notices }),
    ...(ownPlaces.length === 0 ? {} : { own: ownIn(ownPlaces) }),
    ...(settings.steps === undefined ? {} : { artifacts: storeOf(artifacts) }),
  })
  return { [placeVariable]: literal(place) }
}

function ownIn(places: LambdaSpec['ownPlaces']): Record<string, Part> {
  return Object.fromEntries(places.map(({ target: { service }, given }) => [service, given]))
}

function storeOf({ bucket, account, region }: LambdaSpec['artifacts']) {
  return { bucket, account, region }
}

/** The clusters that services run in: the environment's, and their own. */
function clustersOf({ environment, ownPlaces }: LambdaSpec): string[] {
  const own = ownPlaces.map(({ given }) => given.cluster)
  return [...new Set([environment.cluster, ...own])].filter(one => typeof one === 'string')
}

/** Has the alarms and the deployments of an environment call its guardian, and a schedule for the steps. */
export function guardianTriggers(
  stack: ServiceStack,
  spec: LambdaSpec,
  live: LambdaAlias,
  { role, policies }: Role,
): void {
  const settings = settingsOf(spec)
  if (settings === undefined) return
  const { target, environment } = spec
  const names = guardianNames(target, environment)
  const permission = (id: string, principal: string, sourceArn: string) =>
    mayCall(stack, id, spec, live, { principal, sourceArn })
  // Alarms of other names are watched, too.
  const alarms = regionalArn('cloudwatch', environment, 'alarm:*')
  permission('alarms', 'lambda.alarms.cloudwatch.amazonaws.com', alarms)
  const clusters = clustersOf(spec)
  if (clusters.length > 0) {
    const rule = new CloudwatchEventRule(stack, 'deployments', {
      name: names.rule,
      description: `What becomes of deployments in ${target.environment}`,
      eventPattern: jsonLiteral({
        source: ['aws.ecs'],
        'detail-type': ['ECS Deployment State Change'],
        resources: clusters.map(one => ({ prefix: regionalArn('ecs', environment, `service/${one}/`) })),
        detail: { eventName: ['SERVICE_DEPLOYMENT_COMPLETED', 'SERVICE_DEPLOYMENT_FAILED'] },
      }),
    })
    new CloudwatchEventTarget(stack, 'deployments_target', {
      rule: rule.name,
      targetId: 'guardian',
      arn: live.arn,
    })
    permission('deployments_permission', 'events.amazonaws.com', rule.arn)
  }
  if (settings.steps === undefined) return
  new SchedulerSchedule(stack, 'steps', {
    name: names.steps,
    description: `Once a minute, for the steps of rollouts in ${target.environment}`,
    scheduleExpression: 'rate(1 minute)',
    flexibleTimeWindow: { mode: 'OFF' },
    target: { arn: live.arn, roleArn: role.arn, input: JSON.stringify({ steps: 'due' } satisfies StepsCall) },
    dependsOn: [...policies],
  })
}
