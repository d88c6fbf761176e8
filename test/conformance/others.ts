import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { UserError } from '../../scripts/base/user-error.ts'
import type { Clients, Connection } from './clients.ts'
import { connect } from './clients.ts'
import type { Control } from './control.ts'
import { conformanceErrors } from './errors.ts'
import { readRefusal } from './refusal.ts'

/** Identities beside the caller's own, where they can be had. */
export type Others = { stranger: Clients | undefined; expired: Clients | undefined }

/** Gets other identities from the emulator, or from `SECOND_PROFILE` for a real account. */
export async function otherIdentities(
  connection: Connection,
  prefix: string,
  {
    control,
    account,
    profile,
  }: { control: Control | undefined; account: string; profile: string | undefined },
): Promise<Others> {
  const as = (credentials: Connection['credentials']) =>
    credentials && connect({ ...connection, credentials }, prefix)
  const real = connection.url === undefined && profile
  return {
    expired: as(await control?.credentials({ expired: true })),
    stranger: real
      ? await ofAnotherAccount(connect({ region: connection.region, profile }, prefix), account)
      : as(await control?.credentials({ account: '222222222222' })),
  }
}

async function ofAnotherAccount(clients: Clients, account: string): Promise<Clients> {
  const call = clients.sts.send(new GetCallerIdentityCommand({}))
  const { Account } = await call.catch((cause: Error) => {
    const reason = `${readRefusal(cause).name}: ${cause.message}`
    throw new UserError(
      conformanceErrors['conformance-credentials'],
      'the credentials of SECOND_PROFILE cannot be used',
      { cause: reason, origin: cause },
    )
  })
  if (Account !== account) return clients
  throw new UserError(
    conformanceErrors['conformance-credentials'],
    `SECOND_PROFILE is of the same account, ${account}`,
    {
      remedy: 'Name a profile of another account, or leave it out: what needs one is then skipped',
    },
  )
}
