import { type LambdaAlias, LambdaPermission } from '../../aws.ts'
import type { Construct } from '../../cdk.ts'
import type { LambdaSpec } from './spec.ts'

/** The AWS service that calls, and for what. */
type Caller = { readonly principal: string; readonly sourceArn: string }

/** Lets something of the same account call the live version, and no other. */
export function mayCall(
  scope: Construct,
  id: string,
  { environment }: LambdaSpec,
  live: LambdaAlias,
  caller: Caller,
): void {
  new LambdaPermission(scope, id, {
    statementId: id,
    action: 'lambda:InvokeFunction',
    functionName: live.functionName,
    qualifier: live.name,
    sourceAccount: environment.account,
    ...caller,
  })
}
