import { iamArn, regionalArn, s3Arn } from '../aws/arn.ts'
import { allow, mergeStatements, type Statement } from '../aws/statements.ts'
import type { GuardianSettings } from '../catalogue/guardian-settings.ts'
import { guardianTarget } from '../guardian/names.ts'
import { kindNames, kinds } from '../kinds/all.ts'
import type { Scope as KindScope } from '../kinds/kind.ts'
import { guardianNames } from '../kinds/lambda/guardian.ts'
import { functionLog } from '../kinds/lambda/names.ts'
import { yankPrefix } from '../names/yank-key.ts'
import type { EnvironmentScope } from './environment.ts'
import { announceStatements, appendToLedger } from './ledger.ts'

type Scope = Pick<EnvironmentScope, 'name' | 'environment'> & Pick<KindScope, 'given'>
type ScopeWithStore = Scope & Pick<EnvironmentScope, 'artifacts'>

/**
 * What a guardian may do: look, send traffic back, append to the ledger, announce that, and, where it makes the steps,
 * shift, watch, and see which releases were yanked. No statement is for a pin, a state, or an object of a store.
 */
export function guardianStatements(scope: ScopeWithStore, { steps }: GuardianSettings): Statement[] {
  const { name, environment, artifacts } = scope
  return mergeStatements([
    ...appendToLedger(name, environment),
    ...announceStatements(name, environment),
    ...ofAllKinds(scope, 'back'),
    ...(steps === undefined
      ? []
      : [
          ...ofAllKinds(scope, 'step'),
          allow(
            'SeeAlarms',
            ['cloudwatch:DescribeAlarms'],
            [regionalArn('cloudwatch', environment, 'alarm:*')],
          ),
          allow('SeeMetrics', ['cloudwatch:GetMetricData'], ['*']),
          allow('SeeYanks', ['s3:ListBucket'], [s3Arn(artifacts, artifacts.bucket)], {
            StringLike: { 's3:prefix': `${yankPrefix}*` },
          }),
        ]),
  ])
}

/** The name of the most that a guardian's role can be allowed, whatever its service.json says. */
export function guardianBoundaryName({ prefix, name }: Pick<EnvironmentScope, 'prefix' | 'name'>): string {
  return `${prefix}-guardian-${name}`
}

/** The ARN of that policy. */
export function guardianBoundaryArn(
  scope: Pick<EnvironmentScope, 'prefix' | 'name' | 'environment'>,
): string {
  return iamArn(scope.environment, `policy/${guardianBoundaryName(scope)}`)
}

/** That policy: what it may do, and its own log. */
export function guardianBoundary(scope: ScopeWithStore, guardian: GuardianSettings): Statement[] {
  const logGroup = functionLog(
    guardianNames(guardianTarget(guardian, scope.name), scope.environment).function,
  )
  const log = regionalArn('logs', scope.environment, `log-group:${logGroup}:*`)
  return [
    ...guardianStatements(scope, guardian),
    allow('Log', ['logs:CreateLogStream', 'logs:PutLogEvents'], [log]),
  ]
}

/** The name of the role that a guardian runs with. */
export function guardianRole({ name, environment }: Scope, guardian: GuardianSettings): string {
  return guardianNames(guardianTarget(guardian, name), environment).role
}

/** What CI needs for the role of an environment's guardian: to create it within that boundary, and no other. */
export function makeGuardian(scope: EnvironmentScope): Statement[] {
  const { guardian } = scope.environment
  if (guardian === undefined) return []
  const role = iamArn(scope.environment, `role/${guardianRole(scope, guardian)}`)
  return [
    allow('MakeGuardian', ['iam:CreateRole', 'iam:PutRolePermissionsBoundary', 'iam:PutRolePolicy'], [role], {
      StringEquals: { 'iam:PermissionsBoundary': guardianBoundaryArn(scope) },
    }),
  ]
}

function ofAllKinds(scope: Scope, verb: 'back' | 'step'): Statement[] {
  return kindNames.flatMap(name => kinds[name].rights(scope)[verb] ?? [])
}
