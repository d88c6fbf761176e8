import type { Metric } from '../../aws/metric.ts'
import type { Digest } from '../../names/digest.ts'
import type { RolloutPlan } from '../../strategy/plan.ts'
import type { SmokeCheck } from '../../strategy/smoke.ts'
import type { AppliedBase, RegisteredRevision } from '../kind.ts'

/** Where traffic goes: the share of each revision, in percent. */
export type Pointer = {
  readonly shares: Readonly<Record<string, number>>
  /** Makes the next write conditional: an alias's RevisionId, a deployment's id. */
  readonly guard: string
  /** The same for people, as in "STAGING sends to version 7". */
  readonly says: string
}

/** Whether a revision can take traffic; `digest` is what it runs, if that is known in advance. */
export type Readiness =
  | { readonly state: 'ready'; readonly digest?: Digest | undefined }
  | { readonly state: 'not yet' }
  | { readonly state: 'cannot'; readonly why: string }

/** The progress of traffic that was sent to a revision. */
export type Progress =
  | { readonly state: 'moving' }
  | { readonly state: 'arrived' }
  /** The platform rolled back by itself. */
  | { readonly state: 'went back'; readonly to: string; readonly why: string }
  /** Somebody else sent the traffic to another revision. */
  | { readonly state: 'taken over'; readonly by: string }
  /** The alias or service itself is gone. */
  | { readonly state: 'gone' }

/** A revision that traffic was sent to, and where the traffic went before, if this run saw that. */
export type Sent = { readonly revision: string; readonly seen: Pointer | undefined }

/**
 * Moves the traffic of one kind of service. Each verb is idempotent and has no loop, deadline or message: the rollout has
 * those, once for all kinds. A failed call throws a `UserError`.
 */
export type Mover<Applied extends AppliedBase = AppliedBase> = {
  /** Where the traffic goes now; undefined if its alias or service is gone. */
  look(applied: Applied): Promise<Pointer | undefined>
  /** Whether a revision can take traffic yet. */
  ready(applied: Applied, revision: string): Promise<Readiness>
  /** Sends all traffic to a revision if the traffic still goes where it was seen. Looks again if the answer is lost. */
  send(applied: Applied, revision: string, seen: Pointer): Promise<'sent' | 'moved by another'>
  /** How far the traffic has moved. */
  progress(applied: Applied, sent: Sent): Promise<Progress>
  /** The digests that serve a revision now, undefined where not yet known; empty if nothing runs. */
  serving(applied: Applied, revision: string): Promise<Serving>
  /** Only for platforms with a faster way back than `send`, or that know by themselves where to. */
  stand?(applied: Applied): Promise<Standing | undefined>
  /**
   * Only for platforms with a second pointer, to what was verified last: sends it to a revision, and notes the one that was
   * verified before, which traffic goes back to when no ledger can be read.
   */
  keepStable?(applied: Applied, revision: string, before: string | undefined): Promise<void>
  /** Only for platforms that can divide the traffic between two revisions. */
  readonly shifting?: Shifting<Applied>
  /** Only for platforms where Terraform changes a resource first and registers the revision in another call. */
  readonly unregistered?: Unregistered<Applied>
  /** Only for platforms that keep every revision until somebody removes it, in limited space. */
  readonly removable?: Removable<Applied>
}

/** Divides the traffic between a revision and what has it now. Each verb is idempotent, and has no loop. */
export type Shifting<Applied extends AppliedBase = AppliedBase> = {
  /**
   * Sends a share of the traffic, in percent, to a revision, if the traffic still goes where it was seen. What has the rest
   * keeps it. A platform that shifts by steps takes the next one towards it, which may take several calls.
   */
  shift(applied: Applied, to: Share, seen: Pointer): Promise<'sent' | 'moved by another'>
  /**
   * Calls a revision, whatever its share, until `signal` aborts. Returns why the answer is not what it should be, if it is
   * not.
   */
  smoke(
    applied: Applied,
    revision: string,
    check: SmokeCheck,
    signal: AbortSignal,
  ): Promise<string | undefined>
  /** What counts the requests to a revision, and those that failed. */
  arm(applied: Applied, revision: string): Promise<Arm>
  /** What counts the requests to all revisions together; several are added up. */
  whole(applied: Applied): Promise<readonly Arm[]>
  /** Only for platforms that shift by themselves, in steps of a size that is set in advance. */
  readonly steps?: Steps<Applied>
}

/** Has a platform shift the traffic in steps, each of which waits to be continued. */
export type Steps<Applied extends AppliedBase = AppliedBase> = {
  /** Where the traffic goes, share by share, and what the platform is doing; undefined if its service is gone. */
  look(applied: Applied): Promise<Stepped | undefined>
  /**
   * Has the platform make ready for the first step, in steps that lead to the shares of all phases, if the traffic still
   * goes where it was seen. What nobody continues in time, the platform takes back by itself. Arrived once the first step
   * waits.
   */
  prepare(applied: Applied, plan: RolloutPlan, seen: Pointer): Promise<Progress>
  /** Has the platform keep what has all traffic, and end what had it before. Arrived once it has. */
  finish(applied: Applied, revision: string): Promise<Progress>
  /** Leaves no step behind that would keep a later deployment waiting, unless it is deploying now. */
  rest(applied: Applied): Promise<void>
}

/** Where the traffic goes, as of a platform that shifts by steps. */
export type Stepped = Pointer & {
  /** `preparing` before the first step, `waiting` for the next one to be continued, `moving` between two, `none` otherwise. */
  readonly stage: 'none' | 'preparing' | 'waiting' | 'moving'
  /** Why it went back by itself from the revision, the last time that it was to move there. */
  readonly wentBack?: string | undefined
  /** What others did to the traffic that the platform does not know of. */
  readonly changed?: string | undefined
}

/** A revision and its share of the traffic, in percent. */
export type Share = { readonly revision: string; readonly percent: number }

/** The metrics of some traffic: how many requests there were, and how many of them failed. */
export type Arm = { readonly requests: Metric; readonly errors: Metric }

/** Where the traffic goes before it is taken back, and what can be done about it without looking again. */
export type Standing = {
  readonly pointer: Pointer
  /** The account that the pointer is in, as the platform says; undefined if it does not say. */
  readonly account: string | undefined
  /** The revision that ran well before, as far as the platform knows; the one that runs now if traffic just went back to it. */
  fallback(): Promise<string | undefined>
  /**
   * Sends all traffic to a revision at once, without phases, if it still goes where it was seen; `arrived` where the answer
   * proves that it is there. `gone` where the platform refuses the revision, which only the write shows.
   */
  sendBack(revision: string): Promise<'arrived' | 'sent' | 'moved by another' | 'gone'>
}

/** Lists and removes the revisions that a platform keeps. */
export type Removable<Applied extends AppliedBase = AppliedBase> = {
  /** Every revision, newest first. */
  list(applied: Applied): Promise<RegisteredRevision[]>
  /** Removes a revision that no pointer names; one that is already gone is fine. */
  remove(applied: Applied, revision: string): Promise<void>
}

/** Finds and registers what an interrupted apply left in no revision. No later plan shows it. */
export type Unregistered<Applied extends AppliedBase = AppliedBase> = {
  /** What the resource holds beyond the applied revision; undefined if that revision holds all of it. */
  look(applied: Applied): Promise<Leftover | undefined>
  /** Makes a revision of it if the resource still holds what was seen. Returns the revision. */
  register(applied: Applied, seen: Leftover): Promise<string>
}

/** What a resource holds and no revision does: `digest` is its code, `guard` makes the next write conditional. */
export type Leftover = { readonly digest: Digest | undefined; readonly guard: string }

/** The digests that serve; `none wanted` if nothing should run. */
export type Serving = readonly (Digest | undefined)[] | 'none wanted'

/** The revision that has all the traffic; undefined if several share it. */
export function wholeOf({ shares }: Pick<Pointer, 'shares'>): string | undefined {
  const [first, ...others] = Object.keys(shares)
  return others.length === 0 ? first : undefined
}

/** The revision with the largest share. */
export function mainOf({ shares }: Pointer): string | undefined {
  return Object.entries(shares).toSorted(([, a], [, b]) => b - a)[0]?.[0]
}

/** Where the traffic stands, for any mover; undefined if its alias or service is gone. */
export async function standing(mover: Mover, applied: AppliedBase): Promise<Standing | undefined> {
  if (mover.stand !== undefined) return await mover.stand(applied)
  const pointer = await mover.look(applied)
  if (pointer === undefined) return undefined
  return {
    pointer,
    account: undefined,
    fallback: async () => undefined,
    sendBack: revision => mover.send(applied, revision, pointer),
  }
}
