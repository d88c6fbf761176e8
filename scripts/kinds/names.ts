import type { Place } from '../aws/arn.ts'
import type { NameUsed } from './kind.ts'

type Within = NonNullable<NameUsed['within']>

// IAM user guide, "IAM and STS quotas".
/** The most characters of a role's name. */
export const longestRole = 64

/** A role's name is one for all regions of an account. */
export function inAccount({ account }: Place): Within {
  return { says: 'in one account', key: account }
}

/** Most names are taken in one region of an account. */
export function inRegion({ account, region }: Place): Within {
  return { says: 'in one account', key: `${account} ${region}` }
}
