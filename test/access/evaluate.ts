/** A statement of a policy, without its principal, which the caller has to check. */
export type PolicyStatement = {
  readonly Effect: string
  readonly Action?: string | readonly string[]
  readonly NotAction?: string | readonly string[]
  readonly Resource?: string | readonly string[]
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>
}

/** A request that a policy is asked about. */
export type Question = {
  readonly action: string
  readonly resource?: string
  readonly context?: Readonly<Record<string, string>>
}

/**
 * Tells whether statements allow a request: one allows it and none denies it (IAM user guide, "Policy evaluation logic").
 * An unknown operator is an error, so that no condition is skipped.
 */
export function allows(statements: readonly PolicyStatement[], question: Question): boolean {
  const about = statements.filter(statement => matches(statement, question))
  return about.some(({ Effect }) => Effect === 'Allow') && !about.some(({ Effect }) => Effect === 'Deny')
}

/** Tells whether a statement is about a request: its action, its resource, and all conditions. */
export function matches(statement: PolicyStatement, { action, resource, context = {} }: Question): boolean {
  const { Action, NotAction, Resource, Condition = {} } = statement
  const named = NotAction === undefined ? some(Action, action, 'i') : !some(NotAction, action, 'i')
  if (!named) return false
  if (Resource !== undefined && !some(Resource, resource ?? '')) return false
  return Object.entries(Condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => holds(operator, context[key], wanted)),
  )
}

function holds(operator: string, actual: string | undefined, wanted: string | readonly string[]): boolean {
  if (actual === undefined) return false
  switch (operator) {
    case 'StringEquals':
      return list(wanted).includes(actual)
    // ArnEquals takes wildcards as ArnLike does (IAM user guide, "Condition operators").
    case 'StringLike':
    case 'ArnLike':
    case 'ArnEquals':
      return some(wanted, actual)
    case 'StringNotLike':
      return !some(wanted, actual)
  }
  throw new Error(`the operator ${operator} is not known`)
}

function some(patterns: string | readonly string[] | undefined, text: string, flags = ''): boolean {
  return list(patterns ?? []).some(pattern => wildcard(pattern, flags).test(text))
}

function wildcard(pattern: string, flags: string): RegExp {
  const parts = pattern.split(/([*?])/).map(part => {
    if (part === '*') return '.*'
    return part === '?' ? '.' : RegExp.escape(part)
  })
  return new RegExp(`^${parts.join('')}$`, `s${flags}`)
}

function list<T extends string>(value: T | readonly T[]): readonly T[] {
  return typeof value === 'string' ? [value] : value
}
