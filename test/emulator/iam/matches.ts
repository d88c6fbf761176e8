import { type Condition, type Context, conditionHolds } from './conditions.ts'
import { wildcard } from './wildcard.ts'

/** The parts of a statement that say what it is about, besides its principal. */
export type Subject = {
  readonly Action?: string | readonly string[]
  readonly NotAction?: string | readonly string[]
  readonly Resource?: string | readonly string[]
  readonly NotResource?: string | readonly string[]
  readonly Condition?: Condition
}

/** A request that a policy is asked about. */
export type Question = {
  readonly action: string
  readonly resource?: string | undefined
  readonly context?: Context
}

/**
 * Tells whether a statement is about a request: its action, its resource, and all conditions. Actions are compared in any
 * case (IAM user guide, "IAM JSON policy elements: Action"). A statement without a resource is about what it is attached to.
 */
export function matches(statement: Subject, { action, resource, context = {} }: Question): boolean {
  const { Action, NotAction, Resource, NotResource, Condition = {} } = statement
  const isNamed = (patterns: string | readonly string[]) =>
    [patterns].flat().some(pattern => wildcard(pattern.toLowerCase(), action.toLowerCase()))
  const isIn = (patterns: string | readonly string[]) =>
    [patterns].flat().some(pattern => wildcard(pattern, resource ?? ''))
  if (NotAction === undefined ? !isNamed(Action ?? []) : isNamed(NotAction)) return false
  if (Resource !== undefined && !isIn(Resource)) return false
  if (NotResource !== undefined && isIn(NotResource)) return false
  return conditionHolds(Condition, context)
}
