import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { ProviderError, step } from '../provider-error.ts'
import type { State, Value } from '../wire/value.ts'

import type { Clients, Credentials } from './clients.ts'
import { makeClients } from './clients.ts'

/** A configured provider block: its identity and its place. */
export type Aws = Clients & {
  readonly account: string
  readonly arn: string
  readonly userId: string
  readonly region: string
  readonly partition: 'aws'
  readonly defaultTags: Readonly<Record<string, string>>
  /** Aborts when terraform is interrupted, and then every wait stops. */
  readonly signal: AbortSignal
}

/** Where requests go, and the credentials to use instead of those of the provider block's account. */
export type Connection = { readonly endpoint: string; readonly env?: Credentials }

/**
 * Configures like the real provider: looks up the account of the credentials and refuses one that the block does not
 * allow. Without credentials it gets the emulator's for the first allowed account.
 */
export async function configure(connection: Connection, block: State, signal: AbortSignal): Promise<Aws> {
  const region = text(block.region) ?? connection.env?.AWS_REGION ?? 'us-east-1'
  const allowed = strings(block.allowed_account_ids)
  const wanted = roleAccount(block) ?? allowed[0]
  const credentials = connection.env ?? (await emulatorCredentials(connection.endpoint, wanted))
  const clients = makeClients(connection.endpoint, region, credentials)
  const caller = await step('validating provider credentials: retrieving caller identity from STS', () =>
    clients.sts.send(new GetCallerIdentityCommand({})),
  )
  const account = caller.Account ?? ''
  if (allowed.length > 0 && !allowed.includes(account))
    throw new ProviderError(`AWS account ID not allowed: ${account}`)
  if (strings(block.forbidden_account_ids).includes(account))
    throw new ProviderError(`AWS account ID not allowed: ${account}`)
  const identity = { account, arn: caller.Arn ?? '', userId: caller.UserId ?? '' }
  return { ...clients, ...identity, region, partition: 'aws', defaultTags: defaultTags(block), signal }
}

async function emulatorCredentials(endpoint: string, account: string | undefined): Promise<Credentials> {
  const answer = await fetch(new URL('/_emulator/credentials', endpoint), {
    method: 'POST',
    body: JSON.stringify(account === undefined ? {} : { account }),
  }).catch((cause: Error) => {
    throw new ProviderError(
      `the emulator at ${endpoint} does not answer`,
      String(cause.cause ?? cause.message),
    )
  })
  if (!answer.ok)
    throw new ProviderError(`the emulator gives no credentials for account ${account}`, await answer.text())
  return (await answer.json()) as Credentials
}

function roleAccount(block: State): string | undefined {
  const [role] = (block.assume_role as readonly { role_arn: Value }[] | null) ?? []
  return /^arn:aws:iam::(\d{12}):role\//.exec(text(role?.role_arn) ?? '')?.[1]
}

function defaultTags(block: State): Record<string, string> {
  const [first] = (block.default_tags as readonly { tags: Record<string, string> | null }[] | null) ?? []
  return first?.tags ?? {}
}

function text(value: Value | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function strings(value: Value | undefined): string[] {
  return Array.isArray(value) ? value.filter(entry => typeof entry === 'string') : []
}
