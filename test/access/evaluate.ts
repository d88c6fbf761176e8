import { type Condition, type Context, conditionHolds } from '../emulator/iam/conditions.ts'

/** A statement of a policy, without its principal, which the caller has to check. */
export type PolicyStatement = {
  readonly Effect: string
  readonly Action?: string | readonly string[]
  readonly NotAction?: string | readonly string[]
  readonly Resource?: string | readonly string[]
  readonly Condition?: Condition
}

/** A request that a policy is asked about. */
export type Question = {
  readonly action: string
  readonly resource?: string
  readonly context?: Context
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
  return conditionHolds(Condition, context)
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
