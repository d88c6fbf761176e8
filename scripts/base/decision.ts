import type { UserError } from './user-error.ts'

/** What to do about something, from what was observed; any `conflict` stops everything before the first write. */
export type Decision<Create, Done = object> =
  | ({ readonly step: 'create' } & Create)
  | ({ readonly step: 'already done' } & Done)
  | Refused

/** Why nothing may be done: what is there contradicts what is wanted, or something has to be there first. */
export type Refused = { readonly step: 'conflict' | 'not ready'; readonly error: UserError }

/** How something ended, in a command's answer. */
export type Result = 'created' | 'already done' | 'would be created'

/** Tells whether a decision stands against doing anything. */
export function isRefused(decision: Decision<object>): decision is Refused {
  return 'error' in decision
}

/** The decision that an error stands for. */
export function refuse(error: UserError): Refused {
  return { step: error.ending === 'notReady' ? 'not ready' : 'conflict', error }
}
