import type { Context } from './conditions.ts'
import type { Identity } from './identities.ts'
import { matches } from './matches.ts'
import type { Statement } from './policy-document.ts'
import { parsePolicy } from './policy-document.ts'
import { wildcard } from './wildcard.ts'

/** What a resource policy says about a request; `silent` leaves it to the account's own rights. */
export type Verdict = 'allow' | 'deny' | 'silent'

/** Who asks: the account, and the principal that policies know. */
export type Asker = Pick<Identity, 'account' | 'arn' | 'principalArn'>

/** Evaluates a resource policy: principals by account or ARN, actions and resources with wildcards, conditions. */
export function evaluatePolicy(
  policy: string | undefined,
  identity: Asker,
  action: string,
  resource?: string,
  context: Context = {},
): Verdict {
  const asked = { action, resource, context: { ...globalKeys(identity), ...context } }
  const statements = statementsOf(policy).filter(
    statement => isAbout(statement, identity) && matches(statement, asked),
  )
  if (statements.some(statement => statement.Effect === 'Deny')) return 'deny'
  return statements.some(statement => statement.Effect === 'Allow') ? 'allow' : 'silent'
}

/** The keys that every request of somebody known has (IAM user guide, "AWS global condition context keys"). */
function globalKeys({ account, principalArn }: Asker): Context {
  return account === '' ? {} : { 'aws:PrincipalAccount': account, 'aws:PrincipalArn': principalArn }
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

const parsed = new Map<string, Statement[]>()

/** The statements of a policy that was taken, parsed once; what has none of its own is silent. */
function statementsOf(policy = ''): Statement[] {
  const known = parsed.get(policy)
  if (known !== undefined) return known
  const statements = parsePolicy(policy)?.Statement ?? []
  parsed.set(policy, statements)
  return statements
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

function isAbout({ Principal, NotPrincipal }: Statement, asker: Asker): boolean {
  return NotPrincipal === undefined
    ? Principal !== undefined && includes(Principal, asker)
    : !includes(NotPrincipal, asker)
}

function includes(
  principal: NonNullable<Statement['Principal']>,
  { account, arn, principalArn }: Asker,
): boolean {
  if (principal === '*') return true
  const own = account === '' ? [] : [account, arn, principalArn, `arn:aws:iam::${account}:root`]
  return (principal.AWS ?? []).some(name => name === '*' || own.includes(name))
}
