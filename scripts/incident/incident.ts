import type { Attempt } from '../base/attempt.ts'
import type { Activity } from '../ledger/history.ts'
import type { Target } from '../names/target.ts'

/** A deployment on one side of a rollback. */
export type Side = {
  /** Undefined if no entry says which release it was. */
  readonly tag: string | undefined
  readonly digest: string | undefined
  readonly revision: string
}

/** A commit for a list. */
export type Change = { readonly commit: string; readonly subject: string }

/** A setting that differs; undefined where it is not set. */
export type SettingChange = {
  readonly path: string
  readonly before: string | undefined
  readonly after: string | undefined
}

/** When an alarm turned, and why, in CloudWatch's words. */
export type AlarmTurn = { readonly alarm: string; readonly at: string; readonly summary: string }

/** The last lines that were logged. */
export type LogTail = {
  readonly group: string
  /** Whether they are of the revision alone, and not of what else ran. */
  readonly isOfRevision: boolean
  /** Only what came later was looked through, where all would be too much. */
  readonly after?: string
  readonly lines: readonly { readonly at: string; readonly text: string }[]
}

/** What is known of a rollback. What could not be read says why, and costs nothing else. */
export type Incident = {
  readonly target: Target
  /** The entry that says that traffic went back. */
  readonly sequence: number
  readonly id: string
  readonly by: string
  readonly began: string
  readonly ended: string
  readonly reason: string
  /** What traffic left, and what it went back to. */
  readonly bad: Side
  readonly good: Side | undefined
  /** What people and runs did around that time, oldest first. */
  readonly activities: readonly Activity[]
  readonly commits: Attempt<readonly Change[]>
  readonly settings: Attempt<readonly SettingChange[]>
  readonly alarms: Attempt<readonly AlarmTurn[]>
  readonly log: Attempt<LogTail>
  /** The releases of the service whose commit contains the bad one's. */
  readonly carriers: Attempt<readonly string[]>
  readonly isHeld: boolean
}
