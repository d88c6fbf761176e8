import type { Digest } from '../../names/digest.ts'
import type { AppliedBase } from '../kind.ts'

/** Where traffic goes: the share of each revision, in percent. */
export type Pointer = {
  readonly shares: Readonly<Record<string, number>>
  /** What makes the next write conditional: an alias's RevisionId, a deployment's id. */
  readonly guard: string
  /** The same for a person, as in "STAGING sends to version 7". */
  readonly says: string
}

/** Whether a revision can take traffic; `digest` is what it runs, where that is known before. */
export type Readiness =
  | { readonly state: 'ready'; readonly digest?: Digest | undefined }
  | { readonly state: 'not yet' }
  | { readonly state: 'cannot'; readonly why: string }

/** How traffic that was sent to a revision stands. */
export type Progress =
  | { readonly state: 'moving' }
  | { readonly state: 'arrived' }
  /** The platform went back by itself. */
  | { readonly state: 'went back'; readonly to: string; readonly why: string }
  /** Somebody else sent the traffic to another revision. */
  | { readonly state: 'taken over'; readonly by: string }

/** A revision that traffic was sent to, and the one that had it before, where this run has seen that. */
export type Sent = { readonly revision: string; readonly before: string | undefined }

/**
 * What moves the traffic of one kind of service. Each verb is idempotent; none has a loop, a deadline or a message in
 * it, since those are the rollout's, once for all kinds. A call that fails is a `UserError`.
 */
export type Mover<Applied extends AppliedBase = AppliedBase> = {
  /** Where the traffic goes now; undefined when what it goes through is gone. */
  look(applied: Applied): Promise<Pointer | undefined>
  /** Whether a revision can take traffic yet. */
  ready(applied: Applied, revision: string): Promise<Readiness>
  /** Sends all traffic to a revision, if it goes where it was seen to go; looks again after an answer that was lost. */
  send(applied: Applied, revision: string, seen: Pointer): Promise<'sent' | 'moved by another'>
  /** How that stands. */
  progress(applied: Applied, sent: Sent): Promise<Progress>
  /** The digest of each thing that serves a revision now; undefined where the platform does not say yet. Empty where nothing runs. */
  serving(applied: Applied, revision: string): Promise<Serving>
}

/** What serves; `none wanted` where nothing is to run. */
export type Serving = readonly (Digest | undefined)[] | 'none wanted'

/** The revision that has all traffic; undefined where several share it. */
export function wholeOf({ shares }: Pointer): string | undefined {
  const [first, ...others] = Object.keys(shares)
  return others.length === 0 ? first : undefined
}
