import type { Criteria } from '../strategy/criteria.ts'
import type { Phases } from '../strategy/phases.ts'
import type { Arms } from './judge.ts'

/** The phase that the newest entry of a rollout names, and the time of that entry, as AWS says. */
export type Begun = { readonly phase: number; readonly at: Date }

/** What the ledger says about a rollout. */
export type Claim =
  /**
   * Nobody has begun anything since. `begun` is undefined until the first shift has its entry; `isVerified` once the ledger
   * says that the deployment is verified, perhaps by another run of it.
   */
  | {
      readonly by: 'us'
      readonly begun: Begun | undefined
      readonly hold: string | undefined
      readonly isVerified?: true
    }
  /** A newer entry took over, in words; `takesAll` if it leaves this rollout no share: a rollback, or another revision. */
  | { readonly by: 'another'; readonly says: string; readonly takesAll: boolean }

/** Where the traffic is. */
export type Traffic =
  /** The share of the new revision, in percent; the verified one has the rest. `moving` while the platform shifts. */
  | { readonly state: 'at rest' | 'moving'; readonly share: number }
  /** Shares or revisions that no entry of this rollout explains. */
  | { readonly state: 'unexplained'; readonly says: string }
  /** The platform went back by itself. */
  | { readonly state: 'went back'; readonly why: string }

/** An alarm, unless a person said that it may ring. An alarm that does not exist is `missing`. */
export type Alarm = { readonly name: string; readonly state: 'ok' | 'ringing' | 'no data' | 'missing' }

/** What became of the smoke check; `later` where the new revision cannot be called before the first shift begins. */
export type Smoke =
  | { readonly state: 'none' | 'later' | 'not run' | 'passed' }
  | { readonly state: 'failed'; readonly why: string }

/** What a person wants who stops a run. */
export type OnStop = 'back' | 'hold'

/** All that a rollout sees before each step. */
export type Seen = {
  readonly phases: Phases
  readonly criteria: Criteria
  readonly claim: Claim
  readonly traffic: Traffic
  /** Whether this run has seen the traffic at the share of the phase. */
  readonly arrived: boolean
  readonly alarms: readonly Alarm[]
  readonly arms: Arms
  readonly smoke: Smoke
  /** Why the release must not run any more, such as a yank. */
  readonly withdrawn: string | undefined
  /** Set when the run was asked to stop. */
  readonly stop: OnStop | undefined
  /** The time of AWS. */
  readonly now: Date
}
