import type { STSClient } from '@aws-sdk/client-sts'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { plain, quote } from '../../scripts/base/printable.ts'
import { UserError } from '../../scripts/base/user-error.ts'
import { conformanceErrors } from './errors.ts'
import { readRefusal } from './refusal.ts'

/** Who is calling. */
export type Caller = { account: string; arn: string }

/** Asks STS who is calling; unknown where an endpoint has no STS. */
export async function identify(sts: STSClient, unserved: string | undefined): Promise<Caller> {
  if (unserved !== undefined) return { account: 'unknown', arn: 'unknown' }
  try {
    const { Account = 'unknown', Arn = 'unknown' } = await sts.send(new GetCallerIdentityCommand({}))
    return { account: Account, arn: Arn }
  } catch (cause) {
    const { name, status } = readRefusal(cause)
    const answered = status !== undefined || /Credentials|Token/.test(name)
    throw new UserError(
      conformanceErrors[answered ? 'conformance-credentials' : 'conformance-silent'],
      'cannot find out which account this would be',
      {
        cause: plain(`${name}: ${(cause as Error).message}`, 300),
        remedy: answered
          ? 'Log in, or choose credentials with AWS_PROFILE. Nothing was created'
          : 'Run it again where AWS can be reached. Nothing was created',
        origin: cause,
      },
    )
  }
}

/** Refuses a real account unless `CONFIRM` names it. */
export function requireConfirmation({ account, arn }: Caller, region: string, confirm: string | undefined) {
  if (confirm === account && /^\d{12}$/.test(account)) return
  const said = confirm ? `CONFIRM is ${quote(confirm)}` : 'CONFIRM is missing'
  throw new UserError(
    conformanceErrors['conformance-not-confirmed'],
    `this would make throw-away resources in account ${account} (${region}), as ${arn}`,
    {
      cause: said,
      remedy: `If that is the account you mean: make conformance ENDPOINT=aws CONFIRM=${account}. Nothing was created`,
    },
  )
}
