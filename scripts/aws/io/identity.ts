import { UserError } from '../../base/user-error.ts'
import { awsErrors } from '../errors.ts'
import { type AwsSettings, explainAws, required } from './calls.ts'
import { openSts } from './clients.ts'

/** Whose credentials a command has. */
export type Identity = { readonly account: string; readonly arn: string }

/** Asks AWS whose credentials these are; an error is the SDK's. */
export async function readIdentity(settings: AwsSettings): Promise<Identity> {
  const { sdk, client } = await openSts(settings)
  const { Account, Arn } = await client.send(new sdk.GetCallerIdentityCommand({}))
  return { account: required(Account), arn: required(Arn) }
}

/**
 * Returns whose credentials these are. Throws unless they belong to the account that the settings name, so that nothing
 * reaches another one.
 */
export async function requireAccount(settings: AwsSettings): Promise<Identity> {
  const { section, account } = settings
  const identity = await readIdentity(settings).catch(error => {
    throw explainAws(error, settings, 'find out whose credentials these are')
  })
  if (identity.account === account) return identity
  throw new UserError(
    awsErrors['aws-wrong-account'],
    `these credentials do not belong to the account ${account}`,
    {
      cause: `they belong to ${identity.arn}; ${section} in cdktf/environments.json names ${account}`,
      remedy: `Use credentials of ${account} (AWS_PROFILE, aws sso login, or the role that deploys there).`,
    },
  )
}
