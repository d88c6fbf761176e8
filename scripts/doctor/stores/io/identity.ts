import { type AwsSettings, clientConfig, notWhole } from '../../../aws/io/calls.ts'
import type { Look } from '../../check.ts'
import { attemptCall } from '../../io/attempt-call.ts'
import type { IdentitySeen } from '../checks.ts'

/** Asks AWS whose credentials these are. */
export async function observeIdentity(settings: AwsSettings): Promise<Look<IdentitySeen>> {
  const sdk = await import('@aws-sdk/client-sts')
  const client = new sdk.STSClient(clientConfig(settings))
  const call = { right: 'sts:GetCallerIdentity', doing: 'find out whose credentials these are' }
  return (await attemptCall(settings, call, async () => {
    const { Account: account = '', Arn: arn = '' } = await client.send(new sdk.GetCallerIdentityCommand({}))
    if (account === '') throw notWhole()
    return { account, arn }
  })) as Look<IdentitySeen>
}
