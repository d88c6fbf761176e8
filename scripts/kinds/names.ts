import type { Place } from '../aws/arn.ts'
import type { NameUsed } from './kind.ts'

type Within = NonNullable<NameUsed['within']>

/** The scope of names that are unique within an account, such as a role's. */
export function inAccount({ account }: Place): Within {
  return { says: 'in the same account', key: account }
}

/** The scope of names that are unique within one region of an account, as most are. */
export function inRegion({ account, region }: Place): Within {
  return { says: 'in the same account', key: `${account} ${region}` }
}
