import { type Place, regionalArn } from '../../../scripts/aws/arn.ts'
import type { CommonSettings } from '../../../scripts/kinds/settings.ts'
import { jsonLiteral } from './literal.ts'

/** A statement of an IAM policy, as IAM spells it. */
export type Statement = Readonly<Record<string, unknown>>

/** An IAM policy as a document in JSON. */
export function policyDocument(statements: readonly Statement[]): string {
  return jsonLiteral({ Version: '2012-10-17', Statement: statements })
}

/** A statement that allows some actions on some resources. */
export function allow(actions: readonly string[], resources: readonly string[]): Statement {
  return { Effect: 'Allow', Action: actions, Resource: resources }
}

/** The policy that lets a service of AWS take a role, under a condition when one is given. */
export function trustPolicy(service: string, condition?: object): string {
  const statement = { Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }
  return policyDocument([condition === undefined ? statement : { ...statement, Condition: condition }])
}

/** Writing to one log group. */
export function mayWriteLog(place: Place, logGroup: string): Statement {
  return allow(
    ['logs:CreateLogStream', 'logs:PutLogEvents'],
    [regionalArn('logs', place, `log-group:${logGroup}:*`)],
  )
}

/** Reading exactly the secrets that are named; `parameters` are the actions on parameters of SSM. */
export function mayReadSecrets(
  secrets: Readonly<Record<string, string>>,
  parameters: readonly string[],
): Statement[] {
  const all = [...new Set(Object.values(secrets))].toSorted()
  const ofManager = all.filter(secret => secret.split(':')[2] === 'secretsmanager')
  const ofSsm = all.filter(secret => !ofManager.includes(secret))
  return [
    ...(ofSsm.length === 0 ? [] : [allow(parameters, ofSsm)]),
    ...(ofManager.length === 0 ? [] : [allow(['secretsmanager:GetSecretValue'], ofManager)]),
  ]
}

/** What the code itself may do, as its service.json says. */
export function mayDo(permissions: CommonSettings['permissions']): Statement[] {
  return permissions.map(({ actions, resources }) => allow(actions, resources))
}
