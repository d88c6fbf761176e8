import type { UserError } from './user-error.ts'

/** What to do, given what was observed. Any `conflict` stops everything before the first write. */
export type Decision<Create, Done = object> =
  | ({ readonly step: 'create' } & Create)
  | ({ readonly step: 'already done' } & Done)
  | Refused

/** Why nothing can be done: what exists contradicts what is wanted, or a prerequisite is missing. */
export type Refused = { readonly step: 'conflict' | 'not ready'; readonly error: UserError }

/** How one item ended, in a command's answer. */
export type Result = 'created' | 'already done' | 'would be created'

/** Whether a decision is a refusal. */
export function isRefused(decision: Decision<object>): decision is Refused {
  return 'error' in decision
}

/** Turns an error into a refusal. */
export function refuse(error: UserError): Refused {
  return { step: error.ending === 'notReady' ? 'not ready' : 'conflict', error }
}
