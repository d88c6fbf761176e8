import { UserError } from '../base/user-error.ts'
import { kindOfApplied } from '../kinds/applied.ts'
import { printTarget, type Target } from '../names/target.ts'
import { rolloutErrors } from './errors.ts'
import type { Rollout } from './rollout.ts'

/** The error for an alias or a service that somebody removed. */
export function noPointer({ target, applied }: Rollout): UserError {
  const pointer = kindOfApplied(applied).pointer(applied)
  return new UserError(
    rolloutErrors['rollout-no-pointer'],
    `${printTarget(target)} has nothing to send traffic to`,
    {
      cause: `${pointer} does not exist`,
      remedy: 'Somebody removed it. Run this again: the plan re-creates it.',
    },
  )
}

/** The error for traffic that somebody else moves at the same time. */
export function movedByAnother({ target, applied }: Rollout): UserError {
  const pointer = kindOfApplied(applied).pointer(applied)
  return new UserError(
    rolloutErrors['rollout-moved'],
    `somebody else is moving the traffic of ${printTarget(target)}`,
    { cause: `${pointer} changed between reading and writing it` },
  )
}

/** The error for traffic that somebody else sent elsewhere after this rollout began. */
export function takenOver({ target }: Rollout, by: string): UserError {
  return new UserError(
    rolloutErrors['rollout-moved'],
    `somebody else has deployed ${printTarget(target)} since`,
    {
      cause: `${by} has the traffic, which is neither what was applied nor what ran before`,
      remedy: `Find out who deploys at the same time; ${lookAgain(target)}`,
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

/** The error for a platform that went back by itself. */
export function rolledBack({ target, tag }: Rollout, to: string, why: string): UserError {
  return new UserError(
    rolloutErrors['rollout-rolled-back'],
    `${printTarget(target)} was rolled back by AWS: ${tag} does not run`,
    {
      cause: `${why}\n${to} runs`,
      remedy: `Look at its log. make pin ENV=${target.environment} TAG=<the release before> ALLOW_OLDER=1, and release a fixed version.`,
    },
  )
}

/** The error for something that runs and is not what was released. */
export function runsAnother({ target, tag, digests }: Rollout, found: string): UserError {
  return new UserError(
    rolloutErrors['rollout-digest'],
    `${printTarget(target)} does not run what was released as ${tag}`,
    {
      cause: `it runs ${found}, and the release is ${digests[0]}`,
      remedy: `Find out who deployed it; make trace TAG=${tag} shows every link.`,
    },
  )
}

/** The error for a rollout that was not watched to its end. */
export function stoppedWaiting(what: string, cause: string): UserError {
  return new UserError(rolloutErrors['rollout-timeout'], `stopped waiting for ${what}`, {
    cause,
    remedy: 'It goes on by itself. Run this again to see how it ends; WAIT=… waits longer.',
  })
}

function lookAgain({ service, environment }: Target): string {
  return `make plan ENV=${environment} SERVICE=${service} ALL=1 shows where the traffic goes.`
}
