import { wildcard } from './wildcard.ts'

/** The condition of a statement: operator, key, values. */
export type Condition = Readonly<Record<string, Readonly<Record<string, Value | readonly Value[]>>>>

type Value = string | boolean | number

/** The keys of a request that conditions compare. */
export type Context = Readonly<Record<string, string>>

/**
 * Whether all tests of a condition hold (IAM user guide, "Condition operators"): a key that the request does not have
 * fails each test but a negated one and `Null`. Keys are compared in any case. An unknown operator is an error, so that
 * no condition is skipped.
 */
export function conditionHolds(condition: Condition, context: Context): boolean {
  const keys = new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), value]))
  return Object.entries(condition).every(([operator, tests]) =>
    Object.entries(tests).every(([key, wanted]) =>
      holds(operator, keys.get(key.toLowerCase()), [wanted].flat()),
    ),
  )
}

function holds(operator: string, actual: string | undefined, wanted: readonly Value[]): boolean {
  if (operator === 'Null') return wanted.map(String).includes(String(actual === undefined))
  const [, negated, kind] = /^(?:String|Arn|Bool)(Not)?(Equals|Like|)$/.exec(operator) ?? []
  if (kind === undefined) throw new Error(`the operator ${operator} is not known`)
  if (actual === undefined) return negated !== undefined
  const compare = operator.startsWith('Arn') ? arnLike : kind === 'Like' ? wildcard : isSame
  return wanted.map(String).some(one => compare(one, actual)) !== (negated !== undefined)
}

/** ArnEquals takes wildcards as ArnLike does; each of an ARN's six parts is compared by itself. */
function arnLike(pattern: string, arn: string): boolean {
  const [wanted, actual] = [arnParts(pattern), arnParts(arn)]
  return wanted.length === actual.length && wanted.every((part, index) => wildcard(part, actual[index] ?? ''))
}

function arnParts(arn: string): string[] {
  const parts = arn.split(':')
  return [...parts.slice(0, 5), parts.slice(5).join(':')]
}

function isSame(wanted: string, actual: string): boolean {
  return wanted === actual
}
