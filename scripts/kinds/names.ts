import type { Place } from '../aws/arn.ts'
import { roleNameCharacters } from '../aws/quotas.ts'
import type { NameUsed } from './kind.ts'

type Within = NonNullable<NameUsed['within']>

/** The scope of names that are unique within an account, such as a role's. */
function inAccount({ account }: Place): Within {
  return { says: 'in the same account', key: account }
}

/** The scope of names that are unique within one region of an account, as most are. */
export function inRegion({ account, region }: Place): Within {
  return { says: 'in the same account', key: `${account} ${region}` }
}

/** What to do about a name that the settings give and two targets would use. */
export function clashOf(given: unknown): { readonly remedy?: string } {
  return given === undefined
    ? {}
    : { remedy: 'Give each service and environment a name of its own in service.json.' }
}

/** The name of a role, whose number AWS limits in an account. */
export function roleUsed(name: string, place: Place): NameUsed {
  return {
    what: 'the IAM role',
    name,
    longest: roleNameCharacters,
    within: inAccount(place),
    counted: { quota: 'roles', place: `in the account ${place.account}` },
  }
}

/** How the name of a role ends that only starts tasks, which the boundary lets no other role do. */
export const taskStarterEnd = '-schedule'
