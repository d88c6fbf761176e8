import { z } from 'zod'
import { conditionHolds } from '../iam/conditions.ts'
import { lambdaError } from './errors.ts'
import { readInput } from './input.ts'
import type { LambdaCall, LambdaFunction, Permission } from './state.ts'
import { findFunction } from './state.ts'

/* Patterns and lengths are those of the Lambda API reference, AddPermission. */
const addSchema = z.object({
  Action: z
    .string()
    .max(256)
    .regex(/^(?:lambda:[*]|lambda:[a-zA-Z]+|[*])$/),
  Principal: z.string().min(1).max(256),
  StatementId: z
    .string()
    .min(1)
    .max(100)
    .regex(/^[a-zA-Z0-9-_]+$/),
  SourceArn: z.string().max(1024).exactOptional(),
  SourceAccount: z
    .string()
    .regex(/^\d{12}$/)
    .exactOptional(),
})

/** AddPermission: a statement of the policy of a function, or of one alias or version of it. */
export function addPermission(call: LambdaCall): object {
  const { StatementId: Sid, Principal, Action, SourceArn, SourceAccount } = readInput(addSchema, call.input)
  const target = findFunction(call)
  const all = statementsOf(target, call.qualifier)
  if (all.has(Sid))
    throw lambdaError(
      'ResourceConflictException',
      `The statement id (${Sid}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
    )
  const Condition = {
    ...(SourceAccount === undefined ? {} : { StringEquals: { 'AWS:SourceAccount': SourceAccount } }),
    ...(SourceArn === undefined ? {} : { ArnLike: { 'AWS:SourceArn': SourceArn } }),
  }
  const isService = Principal.endsWith('.amazonaws.com')
  const statement: Permission = {
    Sid,
    Effect: 'Allow',
    Principal: isService ? { Service: Principal } : { AWS: Principal },
    Action,
    Resource: call.qualifier === undefined ? target.arn : `${target.arn}:${call.qualifier}`,
    ...(Object.keys(Condition).length === 0 ? {} : { Condition }),
  }
  all.set(Sid, statement)
  target.permissions.set(call.qualifier ?? '', all)
  return { Statement: JSON.stringify(statement) }
}

/** RemovePermission. */
export function removePermission(call: LambdaCall): undefined {
  const Sid = call.statementId ?? ''
  if (!statementsOf(findFunction(call), call.qualifier).delete(Sid))
    throw lambdaError('ResourceNotFoundException', `Statement ${Sid} is not found in resource policy.`)
}

/** GetPolicy: of a function, or of one alias or version of it; 404 without any statement. */
export function getPolicy(call: LambdaCall): object {
  const target = findFunction(call)
  const Statement = [...statementsOf(target, call.qualifier).values()]
  if (Statement.length === 0)
    throw lambdaError('ResourceNotFoundException', 'The resource you requested does not exist.')
  const Policy = JSON.stringify({ Version: '2012-10-17', Id: 'default', Statement })
  return { Policy, RevisionId: target.latest.revisionId }
}

/** Whether a service may call a function, or an alias of it, on behalf of one of its resources. */
export function mayCall(
  target: LambdaFunction,
  qualifier: string | undefined,
  { service, sourceArn, account }: { service: string; sourceArn: string; account: string },
): boolean {
  const context = { 'AWS:SourceArn': sourceArn, 'AWS:SourceAccount': account }
  return [...statementsOf(target, qualifier).values()].some(
    ({ Principal, Action, Condition = {} }) =>
      Principal.Service === service &&
      ['lambda:InvokeFunction', 'lambda:*', '*'].includes(Action) &&
      conditionHolds(Condition, context),
  )
}

function statementsOf({ permissions }: LambdaFunction, qualifier = ''): Map<string, Permission> {
  return permissions.get(qualifier) ?? new Map()
}
