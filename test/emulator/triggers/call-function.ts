import { randomUUID } from 'node:crypto'
import type { Owner } from '../cloudwatch/metrics.ts'
import { matches } from '../iam/matches.ts'
import { parsePolicy } from '../iam/policy-document.ts'
import type { IamState } from '../iam/state.ts'
import { invoke } from '../lambda/invoke.ts'
import { mayCall } from '../lambda/permissions.ts'
import type { LambdaCall, LambdaFunction, LambdaState } from '../lambda/state.ts'
import { findFunction } from '../lambda/state.ts'

/** Whose call of a function it is: a service's for one of its resources, which the function's policy allows, or a role's. */
export type Caller = { readonly service: string; readonly sourceArn: string } | { readonly roleArn: string }

/** What became of a call that a service of AWS made. */
export type ServiceCall = { readonly functionArn: string; readonly event: unknown; readonly answer: unknown }

/** Calls the function or alias that an ARN names, as a service of AWS does, which hears of no error. */
export async function callFunction(
  { lambda, iam }: { lambda: LambdaState; iam: IamState },
  { account, region }: Owner,
  functionArn: string,
  caller: Caller,
  event: unknown,
): Promise<ServiceCall> {
  const [, , , , , , name = '', qualifier] = functionArn.split(':')
  const identity = { account, region, arn: '', principalArn: '', userId: '' }
  const call: LambdaCall = {
    state: lambda,
    identity: identity as LambdaCall['identity'],
    ...{ name, qualifier, query: new URLSearchParams(), input: {} },
    headers: { 'x-amzn-requestid': randomUUID() },
    body: Buffer.from(JSON.stringify(event)),
  }
  try {
    const target = findFunction(call)
    if (!isAllowed(iam, target, qualifier, functionArn, caller, account))
      throw new Error(`${'service' in caller ? caller.service : caller.roleArn} may not call ${functionArn}`)
    const { body } = await invoke(call)
    return { functionArn, event, answer: JSON.parse(body.toString('utf8') || 'null') as unknown }
  } catch (cause) {
    return { functionArn, event, answer: { error: cause instanceof Error ? cause.message : String(cause) } }
  }
}

function isAllowed(
  iam: IamState,
  target: LambdaFunction,
  qualifier: string | undefined,
  functionArn: string,
  caller: Caller,
  account: string,
): boolean {
  if ('service' in caller) return mayCall(target, qualifier, { ...caller, account })
  const policies = [...(iam.roles.get(caller.roleArn)?.inline.values() ?? [])]
  const asked = { action: 'lambda:InvokeFunction', resource: functionArn }
  return policies
    .flatMap(policy => parsePolicy(policy)?.Statement ?? [])
    .some(statement => statement.Effect === 'Allow' && matches(statement, asked))
}
