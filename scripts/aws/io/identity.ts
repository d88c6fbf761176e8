import { UserError } from '../../base/user-error.ts'
import { awsErrors } from '../errors.ts'
import { type AwsSettings, clientConfig, explainAws, notWhole } from './calls.ts'

/** Throws unless the credentials are of the account that the settings name; nothing is done in a wrong one. */
export async function requireAccount(settings: AwsSettings): Promise<void> {
  const sdk = await import('@aws-sdk/client-sts')
  const client = new sdk.STSClient(clientConfig(settings))
  const identity = await client.send(new sdk.GetCallerIdentityCommand({})).catch(error => {
    throw explainAws(error, settings, 'find out whose credentials these are')
  })
  if (identity.Account === undefined)
    throw explainAws(notWhole(), settings, 'find out whose credentials these are')
  if (identity.Account === settings.account) return
  throw new UserError(
    awsErrors['aws-wrong-account'],
    `these credentials are not of the account ${settings.account}`,
    {
      cause: `they are of ${identity.Arn ?? identity.Account}; ${settings.section} in cdktf/environments.json names ${settings.account}`,
      remedy: `Use credentials of ${settings.account} (AWS_PROFILE, aws sso login, or the role that deploys there).`,
    },
  )
}
