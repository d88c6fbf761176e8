import { type Condition, type Context, conditionHolds } from './conditions.ts'
import type { Identity } from './identities.ts'

/** What a resource policy says about a request; `silent` leaves it to the account's own rights. */
export type Verdict = 'allow' | 'deny' | 'silent'

type Statement = {
  Effect?: string
  Principal?: unknown
  Action?: unknown
  Resource?: unknown
  Condition?: Condition
}

/** Evaluates a resource policy: principals by account or ARN, actions and resources with wildcards, conditions. */
export function evaluatePolicy(
  policy: string | undefined,
  identity: Pick<Identity, 'account' | 'arn'>,
  action: string,
  resource?: string,
  context: Context = {},
): Verdict {
  if (policy === undefined) return 'silent'
  const document = JSON.parse(policy) as { Statement?: Statement | Statement[] }
  const statements = list(document.Statement).filter(
    statement =>
      principalMatches(statement.Principal, identity) &&
      list(statement.Action).some(pattern => wildcard(String(pattern), action)) &&
      (resource === undefined ||
        statement.Resource === undefined ||
        list(statement.Resource).some(pattern => wildcard(String(pattern), resource))) &&
      conditionHolds(statement.Condition ?? {}, context),
  )
  if (statements.some(statement => statement.Effect === 'Deny')) return 'deny'
  return statements.some(statement => statement.Effect === 'Allow') ? 'allow' : 'silent'
}

/**
 * Whether a resource policy lets a service of AWS do something on behalf of one of its resources: by a statement for
 * the service, without a condition or with one on `aws:SourceArn` alone.
 */
export function allowsService(
  policy: string | undefined,
  { service, sourceArn, action }: { service: string; sourceArn: string; action: string },
): boolean {
  const { Statement } = JSON.parse(policy ?? '{}') as { Statement?: Statement | Statement[] }
  return list(Statement).some(
    ({ Effect, Principal, Action, Condition }) =>
      Effect === 'Allow' &&
      list((Principal as { Service?: unknown } | undefined)?.Service).includes(service) &&
      list(Action).some(pattern => wildcard(String(pattern), action)) &&
      isForSource(Condition, sourceArn),
  )
}

function isForSource(condition: unknown, sourceArn: string): boolean {
  const tests = Object.entries((condition ?? {}) as Record<string, Record<string, unknown>>)
  return tests.every(
    ([operator, keys]) =>
      /^(String|Arn)(Like|Equals)$/.test(operator) &&
      Object.entries(keys).every(
        ([key, patterns]) =>
          key.toLowerCase() === 'aws:sourcearn' &&
          list(patterns).some(pattern => wildcard(String(pattern), sourceArn)),
      ),
  )
}

/** Whether text matches a pattern in which `*` and `?` are wildcards. */
export function wildcard(pattern: string, text: string): boolean {
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.')
  return new RegExp(`^${escaped}$`, 's').test(text)
}

function principalMatches(principal: unknown, identity: Pick<Identity, 'account' | 'arn'>): boolean {
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
