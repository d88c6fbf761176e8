import { type Place, regionalArn } from '../../../scripts/aws/arn.ts'
import {
  allowUnnamed,
  type Condition,
  type PolicyStatement,
  printPolicy,
} from '../../../scripts/aws/statements.ts'
import type { CommonSettings } from '../../../scripts/kinds/settings.ts'
import { literal } from './literal.ts'

/** Prints a policy as the argument of a resource. */
export function policyDocument(statements: readonly PolicyStatement[]): string {
  return literal(printPolicy(statements))
}

/** A trust policy that lets an AWS service, or some, assume a role, optionally under a condition. */
export function trustPolicy(service: string | readonly string[], condition?: Condition): string {
  const statement = { Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' } as const
  return policyDocument([condition === undefined ? statement : { ...statement, Condition: condition }])
}

/** Allows writing to one log group. */
export function mayWriteLog(place: Place, logGroup: string): PolicyStatement {
  return allowUnnamed(
    ['logs:CreateLogStream', 'logs:PutLogEvents'],
    [regionalArn('logs', place, `log-group:${logGroup}:*`)],
  )
}

/** Allows reading exactly the secrets named here; `parameters` are the actions on SSM parameters. */
export function mayReadSecrets(
  secrets: Readonly<Record<string, string>>,
  parameters: readonly string[],
): PolicyStatement[] {
  const all = [...new Set(Object.values(secrets))].toSorted()
  const ofManager = all.filter(secret => secret.split(':')[2] === 'secretsmanager')
  const ofSsm = all.filter(secret => !ofManager.includes(secret))
  return [
    ...(ofSsm.length === 0 ? [] : [allowUnnamed(parameters, ofSsm)]),
    ...(ofManager.length === 0 ? [] : [allowUnnamed(['secretsmanager:GetSecretValue'], ofManager)]),
  ]
}

/** Allows decrypting with the key that a service names. */
export function mayDecrypt({ kmsKeyArn }: Pick<CommonSettings, 'kmsKeyArn'>): PolicyStatement[] {
  return kmsKeyArn === undefined ? [] : [allowUnnamed(['kms:Decrypt'], [kmsKeyArn])]
}

// AWS managed policy reference, AWSXRayDaemonWriteAccess: these have no resource.
const tracingActions = [
  'xray:GetSamplingRules',
  'xray:GetSamplingStatisticSummaries',
  'xray:GetSamplingTargets',
  'xray:PutTelemetryRecords',
  'xray:PutTraceSegments',
]

/** Allows sending traces to X-Ray. */
export function mayTrace(tracing: string | undefined): PolicyStatement[] {
  return tracing === undefined ? [] : [allowUnnamed(tracingActions, ['*'])]
}

/** Allows the code what its service.json lists. */
export function mayDo(permissions: CommonSettings['permissions']): PolicyStatement[] {
  return permissions.map(({ actions, resources }) => allowUnnamed(actions, resources))
}
