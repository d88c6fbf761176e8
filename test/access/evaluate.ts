import { matches, type Question, type Subject } from '../emulator/iam/matches.ts'

/** A statement of a policy, without its principal, which the caller has to check. */
export type PolicyStatement = Subject & { readonly Effect: string }

/**
 * Tells whether statements allow a request: one allows it and none denies it (IAM user guide, "Policy evaluation logic").
 * An unknown operator is an error, so that no condition is skipped.
 */
export function allows(statements: readonly PolicyStatement[], question: Question): boolean {
  const about = statements.filter(statement => matches(statement, question))
  return about.some(({ Effect }) => Effect === 'Allow') && !about.some(({ Effect }) => Effect === 'Deny')
}
