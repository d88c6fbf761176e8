import { plain } from '../base/printable.ts'
import { UserError } from '../base/user-error.ts'
import { kindOfApplied } from '../kinds/applied.ts'
import type { ReadEntry } from '../ledger/entry.ts'
import type { Good, State } from '../ledger/state.ts'
import { printWho } from '../ledger/who.ts'
import { printTime } from '../names/print-time.ts'
import { printTarget, type Target } from '../names/target.ts'
import { rolloutErrors } from './errors.ts'
import type { Rollout } from './rollout.ts'
import { replaceForeign } from './running.ts'

/** The error for changes that no revision held until now. */
export function applyCompleted({ target }: Rollout, revision: string): UserError {
  return new UserError(
    rolloutErrors['rollout-apply-completed'],
    `an interrupted apply left changes of ${printTarget(target)} unpublished`,
    { cause: `this run published them as revision ${revision}; no traffic was sent to it` },
  )
}

/** The error for a removed alias or service; `taken` is what its ledger says that somebody else did. */
export function noPointer({ target, applied }: Rollout, taken?: string): UserError {
  const pointer = kindOfApplied(applied).pointer(applied)
  return new UserError(
    rolloutErrors['rollout-no-pointer'],
    `${printTarget(target)} has no alias or service to send traffic to`,
    {
      cause: [`${pointer} does not exist`, taken && `the newest of its ledger is ${taken}`]
        .filter(Boolean)
        .join('; '),
    },
  )
}

/** The error for traffic that somebody else is moving. */
export function movedByAnother({ target, applied }: Rollout): UserError {
  const pointer = kindOfApplied(applied).pointer(applied)
  return new UserError(
    rolloutErrors['rollout-moved'],
    `somebody else is moving the traffic of ${printTarget(target)}`,
    { cause: `${pointer} changed between reading and writing it` },
  )
}

/** The error for traffic that somebody else sent elsewhere after this rollout started. */
export function takenOver({ target }: Rollout, by: string): UserError {
  return new UserError(
    rolloutErrors['rollout-moved'],
    `somebody else deployed ${printTarget(target)} during this rollout`,
    {
      cause: `${by} has the traffic now`,
      remedy: `Find out who else is deploying; make plan ENV=${target.environment} SERVICE=${target.service} ALL=1 shows where the traffic goes.`,
    },
  )
}

/** An entry of a ledger in words. */
export function describeEntry({ sequence, event, who, time }: ReadEntry): string {
  return `entry ${sequence}, ${plain(event.type)}, by ${plain(printWho(who))} at ${printTime(time)}`
}

/** The error for a rollout that somebody else's entry in the ledger has ended. */
export function overtaken(target: Target, newest: ReadEntry | undefined): UserError {
  return new UserError(
    rolloutErrors['rollout-moved'],
    `somebody else began to move the traffic of ${printTarget(target)} during this rollout`,
    {
      cause: newest && `the newest of its ledger is ${describeEntry(newest)}`,
      remedy: `make history ENV=${target.environment} SERVICE=${target.service} shows what happened, and make plan with ALL=1 where the traffic goes.`,
    },
  )
}

/** The error for traffic that somebody sent back to a verified deployment, as a rollback does while S3 is unreachable. */
export function sentBack(target: Target, { tag, revision, sequence }: Good): UserError {
  const { environment, service } = target
  return new UserError(
    rolloutErrors['rollout-sent-back'],
    `the traffic of ${printTarget(target)} was sent back to ${plain(tag)}, and its ledger does not say so; a deploy would undo that`,
    {
      cause: `revision ${plain(revision)} has the traffic, which entry ${sequence} verified; later deployments were verified too`,
      remedy: `If it was meant, make reconcile ENV=${environment} writes what is missing and holds the service. Then make resume ENV=${environment} SERVICE=${service} REASON='…' lets deploys through again.`,
    },
  )
}

/** The error for a ledger that does not yet say where the traffic went. */
export function unrecorded({ target, applied }: Rollout, entry: string, error: UserError): UserError {
  return new UserError(
    rolloutErrors['rollout-unrecorded'],
    `the traffic of ${printTarget(target)} goes to ${kindOfApplied(applied).show(applied)}, but the ledger lacks the entry "${entry}"`,
    {
      cause: [error.message, error.cause].filter(Boolean).join('\n'),
      remedy: `Run this again: it writes the entry and moves no traffic. ${error.remedy}`.trim(),
      origin: error,
    },
  )
}

/** The error for a revision that cannot run. */
export function cannotRun({ target, applied }: Rollout, why: string): UserError {
  return new UserError(
    rolloutErrors['rollout-revision-failed'],
    `${kindOfApplied(applied).show(applied)} of ${printTarget(target)} cannot run, so no traffic was sent to it`,
    { cause: why },
  )
}

/** The error for a rollout that did not begin. */
export function notBegun({ target, tag }: Rollout, why: string): UserError {
  return new UserError(
    rolloutErrors['rollout-not-begun'],
    `the rollout of ${tag} to ${printTarget(target)} did not begin: no traffic was moved`,
    { cause: why },
  )
}

/** The error for a rollout that leaves the traffic to somebody else. */
export function yielded({ target, tag }: Rollout, to: string): UserError {
  const { environment, service } = target
  return new UserError(
    rolloutErrors['rollout-moved'],
    `the rollout of ${tag} to ${printTarget(target)} stopped: somebody else decides where the traffic goes`,
    {
      cause: to,
      remedy: `make history ENV=${environment} SERVICE=${service} shows what happened, and make plan with ALL=1 where the traffic goes. make rollback ends a rollout in a phase that nobody continues.`,
    },
  )
}

/** A rollout of something else in a phase: of which release, and whether anybody may still continue it. */
type UnderWay = {
  readonly tag: string
  readonly shift: NonNullable<NonNullable<State['open']>['shift']>
  readonly isAbandoned: boolean
  readonly isSameRelease: boolean
}

/** The error for a deploy that would get in the way of a rollout. */
export function underWay(target: Target, { tag, shift, isAbandoned, isSameRelease }: UnderWay): UserError {
  const { environment, service } = target
  const named = `ENV=${environment} SERVICE=${service}`
  const other = `${plain(tag)}${isSameRelease ? ' with other settings' : ''}`
  const until = printTime(shift.deadline)
  return new UserError(
    rolloutErrors['rollout-under-way'],
    `a rollout of ${other} to ${printTarget(target)} ${isAbandoned ? 'was left' : 'is'} in phase ${shift.phase}: nothing was applied`,
    {
      cause: `entry ${shift.sequence} gives it ${shift.share} % of the traffic; ${isAbandoned ? `nobody has continued it, which was possible until ${until}` : `it may be continued until ${until}`}`,
      remedy: isAbandoned
        ? `make rollback ${named} REASON='…' sends the traffic to what was verified, ends the rollout, and pins that. Then make resume ${named} REASON='…', pin the release that you want, and deploy.`
        : `make history ${named} shows how it ends: deploy again then. make rollback ${named} REASON='…' ends it now, and holds the service until make resume.`,
    },
  )
}

/** The error for weights that no entry of the ledger explains, while a rollout is in a phase. */
export function setByHand({ target, tag }: Rollout, cause: string): UserError {
  const { environment, service } = target
  return new UserError(
    rolloutErrors['rollout-moved'],
    `the rollout of ${tag} to ${printTarget(target)} stopped: somebody set other weights, and no entry of its ledger says so`,
    {
      cause,
      remedy: `The weights stay as they are. make rollback ENV=${environment} SERVICE=${service} REASON='…' sends the traffic to what was verified, and ends the rollout that was in a phase. After make resume, a deploy begins anew.`,
    },
  )
}

/** The error for a rollout that a person stopped with its weights. */
export function heldInPhase({ target, tag }: Rollout, says: string): UserError {
  const { environment, service } = target
  return new UserError(
    rolloutErrors['rollout-held'],
    `the rollout of ${tag} to ${printTarget(target)} is held where it is`,
    {
      cause: says,
      remedy: `make resume ENV=${environment} SERVICE=${service} REASON='…' and the same deploy go on; make rollback sends the traffic back.`,
    },
  )
}

/** The error for code that was put there by hand and that no revision holds yet. */
export function holdsAnother({ target, tag, digests }: Rollout, found: string): UserError {
  return new UserError(
    rolloutErrors['rollout-digest'],
    `the code of ${printTarget(target)} is not what was released as ${tag}`,
    {
      cause: `its digest is ${found}, but that of the release is ${digests[0]}`,
      remedy: `This run published none of it and sent no traffic to it. ${replaceForeign}`,
    },
  )
}

/** The error for running something other than what was released. */
export function runsAnother(
  { target, tag, digests }: Rollout,
  found: string,
  when: 'before' | 'after',
): UserError {
  return new UserError(
    rolloutErrors['rollout-digest'],
    `${printTarget(target)} does not run what was released as ${tag}`,
    {
      cause: `it runs ${found}, but the release is ${digests[0]}`,
      remedy: `${when === 'before' ? 'No traffic was sent to it.' : 'The traffic goes to it.'} ${replaceForeign}`,
    },
  )
}

/** The error for a revision that was not ready in time. */
export function notReady(what: string, cause: string): UserError {
  return new UserError(rolloutErrors['rollout-not-ready'], `stopped waiting for ${what}`, { cause })
}

/** The error for a rollout that goes on after this run stops watching it. */
export function stoppedWaiting(what: string, cause: string): UserError {
  return new UserError(rolloutErrors['rollout-timeout'], `stopped waiting for ${what}`, {
    cause,
  })
}
