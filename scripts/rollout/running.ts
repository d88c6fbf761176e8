import type { Hold } from '../ledger/hold.ts'
import type { Good, State } from '../ledger/state.ts'
import type { Digest } from '../names/digest.ts'
import { printTime } from '../names/print-time.ts'
import { abandonedPhase } from './journal.ts'

/** Code that was not released as the applied tag: it `runs`, or the platform `holds` it for a later revision. */
export type Foreign = { readonly state: 'runs' | 'holds'; readonly digest: Digest }

/** Where the traffic of an applied stack goes, and whether what runs there is what was released. */
export type Running = {
  /** The revision that was applied. */
  readonly applied: string
  /** Whether the traffic goes there. */
  readonly isApplied: boolean
  /** The revision that has all the traffic; undefined if several share it, or none has it. */
  readonly revision: string | undefined
  /** The same in words. */
  readonly says: string
  /** The tag of the applied release. */
  readonly tag: string
  /** The digest of that release; undefined without a record. */
  readonly released: Digest | undefined
  readonly foreign: readonly Foreign[]
}

/** What a ledger says keeps the traffic of a service where it is. */
export type HeldAt = { readonly hold: Hold | undefined; readonly good: Good | undefined }

/**
 * Whether a hold keeps the traffic at what was verified last or sent back to: what was applied since, also by the rollback
 * itself, takes no traffic then.
 */
export function isHeldThere({ revision }: Pick<Running, 'revision'>, { hold, good }: HeldAt): boolean {
  return hold !== undefined && good !== undefined && good.revision === revision
}

/** A rollout that is in a phase, as the ledger of its service says. */
export type InPhase = {
  readonly sequence: number
  readonly phase: number
  readonly share: number
  readonly deadline: string
  /** What it sends traffic to. */
  readonly revision: string | undefined
  /** Whether nobody has continued it in time. */
  readonly isAbandoned: boolean
}

/** The phase that a rollout of a service is in; `now` is the time of AWS. */
export function inPhase(state: State, now: Date): InPhase | undefined {
  const { open } = state
  if (open?.shift === undefined) return undefined
  const isAbandoned = abandonedPhase(state, now) !== undefined
  return { ...open.shift, revision: open.revision, isAbandoned }
}

/** As in "its rollout is in phase 1 with 5 % of the traffic, which may be continued until 2026-01-02 03:04 UTC". */
export function describePhase({ phase, share, deadline, isAbandoned }: InPhase): string {
  const until = printTime(deadline)
  return isAbandoned
    ? `nobody has continued its rollout in phase ${phase}, with ${share} % of the traffic, until ${until}: make rollback ends it`
    : `its rollout is in phase ${phase} with ${share} % of the traffic, which may be continued until ${until}`
}

/** Whether a rollout that somebody may still continue explains where the traffic goes. */
export function isOnItsWay({ applied }: Pick<Running, 'applied'>, phase: InPhase | undefined): boolean {
  return phase !== undefined && !phase.isAbandoned && phase.revision === applied
}

/** The remedy for code that was put there by hand: a deploy of the same release would not replace it. */
export const replaceForeign =
  'Find out who put it there. Deploying another release replaces it; after that, this one can be deployed again.'

/** Says what runs, or is held, and what was released. */
export function describeForeign({ tag, released }: Running, { state, digest }: Foreign): string {
  const is = released === undefined ? 'has no release record' : `is ${released}`
  return `${state === 'runs' ? 'it runs' : 'its next revision would run'} ${digest}, but ${tag} ${is}`
}
