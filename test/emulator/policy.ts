import type { Identity } from './identity.ts'

/** What a resource policy says about a request; `silent` leaves it to the account's own rights. */
export type Verdict = 'allow' | 'deny' | 'silent'

type Statement = {
  Effect?: string
  Principal?: unknown
  Action?: unknown
  Resource?: unknown
  Condition?: unknown
}

/**
 * Evaluates a resource policy simply: principals by account or ARN, actions and resources with wildcards.
 * A statement with a condition is passed over, because the emulator evaluates none.
 */
export function evaluatePolicy(
  policy: string | undefined,
  identity: Identity,
  action: string,
  resource?: string,
): Verdict {
  if (policy === undefined) return 'silent'
  const document = JSON.parse(policy) as { Statement?: Statement | Statement[] }
  const statements = list(document.Statement).filter(
    statement =>
      statement.Condition === undefined &&
      principalMatches(statement.Principal, identity) &&
      list(statement.Action).some(pattern => wildcard(String(pattern), action)) &&
      (resource === undefined ||
        statement.Resource === undefined ||
        list(statement.Resource).some(pattern => wildcard(String(pattern), resource))),
  )
  if (statements.some(statement => statement.Effect === 'Deny')) return 'deny'
  return statements.some(statement => statement.Effect === 'Allow') ? 'allow' : 'silent'
}

/** Whether text matches a pattern in which `*` and `?` are wildcards. */
export function wildcard(pattern: string, text: string): boolean {
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.')
  return new RegExp(`^${escaped}$`, 's').test(text)
}

function principalMatches(principal: unknown, identity: Identity): boolean {
  if (principal === '*') return true
  if (typeof principal !== 'object' || principal === null) return false
  return list((principal as { AWS?: unknown }).AWS).some(entry => {
    const name = String(entry)
    if (name === '*') return true
    return (
      identity.account !== '' &&
      (name === identity.account || name === identity.arn || name === `arn:aws:iam::${identity.account}:root`)
    )
  })
}

function list<T>(value: T | T[] | undefined): T[] {
  if (value === undefined) return []
  return Array.isArray(value) ? value : [value]
}
