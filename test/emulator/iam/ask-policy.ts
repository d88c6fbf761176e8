import { type Context, conditionHolds } from './conditions.ts'
import type { Identity } from './identities.ts'
import type { Statement } from './policy-document.ts'
import { parsePolicy } from './policy-document.ts'
import { wildcard } from './wildcard.ts'

/** What a resource policy says about a request; `silent` leaves it to the account's own rights. */
export type Verdict = 'allow' | 'deny' | 'silent'

/** Evaluates a resource policy: principals by account or ARN, actions and resources with wildcards, conditions. */
export function evaluatePolicy(
  policy: string | undefined,
  identity: Pick<Identity, 'account' | 'arn'>,
  action: string,
  resource?: string,
  context: Context = {},
): Verdict {
  const statements = statementsOf(policy).filter(
    ({ Principal, Action = [], Resource, Condition = {} }) =>
      principalMatches(Principal, identity) &&
      Action.some(pattern => wildcard(pattern, action)) &&
      (resource === undefined ||
        Resource === undefined ||
        Resource.some(pattern => wildcard(pattern, resource))) &&
      conditionHolds(Condition, context),
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
  return statementsOf(policy).some(
    ({ Effect, Principal, Action = [], Condition }) =>
      Effect === 'Allow' &&
      typeof Principal === 'object' &&
      Principal.Service?.includes(service) &&
      Action.some(pattern => wildcard(pattern, action)) &&
      isForSource(Condition, sourceArn),
  )
}

/** The statements of a policy that was taken; what has none of its own is silent. */
function statementsOf(policy: string | undefined): Statement[] {
  return (policy === undefined ? undefined : parsePolicy(policy)?.Statement) ?? []
}

function isForSource(condition: Statement['Condition'], sourceArn: string): boolean {
  return Object.entries(condition ?? {}).every(
    ([operator, keys]) =>
      /^(String|Arn)(Like|Equals)$/.test(operator) &&
      Object.entries(keys).every(
        ([key, patterns]) =>
          key.toLowerCase() === 'aws:sourcearn' &&
          [patterns].flat().some(pattern => wildcard(String(pattern), sourceArn)),
      ),
  )
}

function principalMatches(
  principal: Statement['Principal'],
  identity: Pick<Identity, 'account' | 'arn'>,
): boolean {
  if (principal === undefined || principal === '*') return principal === '*'
  const { account, arn } = identity
  const own = account === '' ? [] : [account, arn, `arn:aws:iam::${account}:root`]
  return (principal.AWS ?? []).some(name => name === '*' || own.includes(name))
}
