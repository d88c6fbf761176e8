import { type Attempt, valueIn } from '../base/attempt.ts'
import { plain } from '../base/printable.ts'
import { UserError } from '../base/user-error.ts'
import { type Applied, kindOfApplied } from '../kinds/applied.ts'
import type { Good } from '../ledger/state.ts'
import { printTarget, type Target } from '../names/target.ts'
import type { BackTarget } from './back.ts'
import { rolloutErrors } from './errors.ts'
import type { Rollout } from './rollout.ts'

/** Where traffic goes back to, as in "service-b-v1.0.0 (version 7)". */
export function describePlace(applied: Applied, { tag, revision }: BackTarget): string {
  const place = kindOfApplied(applied).printRevision(revision)
  return tag === undefined ? place : `${tag} (${place})`
}

/** Who sent the traffic back, and how long that took. */
export type Arrival = {
  readonly isOurs: boolean
  /** Whether it was there before anybody was asked. */
  readonly wasThere: boolean
  readonly milliseconds: number
}

/** What follows "is back on service-a-v1.0.0". */
export function describeArrival({ isOurs, wasThere, milliseconds }: Arrival): string {
  if (isOurs) return `, after ${(milliseconds / 1000).toFixed(1)} s`
  return wasThere ? '' : ': somebody else sent it there at the same moment'
}

/** What a person asked for. */
type Wish = Readonly<Record<'REASON' | 'TO' | 'VERSION' | 'PR', string | number | undefined>>

/** The same command again: without what was wished for, it could go somewhere else. */
export function commandAgain({ service, environment }: Target, wish: Wish): string {
  const options = Object.entries({ ENV: environment, SERVICE: service, ...wish })
  const written = options.flatMap(([name, value]) =>
    value === undefined ? [] : `${name}=${shellWord(value)}`,
  )
  return `make rollback ${written.join(' ')}`
}

function shellWord(value: string | number): string {
  const text = String(value)
  return /^[\w.-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}

/** The error of the slow half: it never undoes the fast one. */
export function unfinished(error: unknown, isBack: string, again: string): unknown {
  if (!(error instanceof UserError)) return error
  const { errorCode, message, cause, remedy, details } = error
  return new UserError(errorCode, `${isBack}, but the rest is not done: ${message}`, {
    cause,
    remedy: `${remedy}\nThen finish it, without moving traffic: ${again}`,
    details,
    origin: error,
  })
}

/** The error for a platform that rolled back by itself. */
export function rolledBack(
  { target, tag }: Rollout,
  to: string,
  why: string,
  failedToNote: UserError | undefined,
): UserError {
  const missing = failedToNote && `the ledger does not say so: ${failedToNote.message}`
  return new UserError(
    rolloutErrors['rollout-rolled-back'],
    `AWS rolled ${printTarget(target)} back: ${tag} does not run`,
    {
      cause: [why, `${to} runs`, missing].filter(Boolean).join('\n'),
      remedy: `Look at its log, pin the previous release with make pin ENV=${target.environment} TAG=… ALLOW_OLDER=1, and release a fixed version.`,
    },
  )
}

/** How a rollout took its traffic back: to which revision, and what the ledger says of it. */
type TakenBack = {
  readonly to: string
  readonly why: string
  readonly isStopped: boolean
  /** Whether nothing speaks against the release but that the run could not see or continue it. */
  readonly isBlind?: boolean | undefined
  /** Whether nothing speaks against the release but that nobody continued its rollout. */
  readonly isAbandoned?: boolean | undefined
  readonly noted: Attempt<{ readonly hasBegun: boolean; readonly isHeld: boolean }>
}

/** The error for a rollout that sent the traffic back itself, or did not send any. */
export function takenBack(rollout: Rollout, back: TakenBack): UserError {
  const { to, why, isStopped, isBlind, isAbandoned, noted } = back
  const { target, tag, applied } = rollout
  const { environment, service } = target
  const { hasBegun, isHeld } = valueIn(noted) ?? { hasBegun: true, isHeld: false }
  const place = kindOfApplied(applied).printRevision(to)
  const has = `${plain(place)} ${hasBegun ? 'has all traffic again' : 'keeps all traffic'}`
  const missing =
    'error' in noted &&
    `the ledger does not say so, which make reconcile ENV=${environment} makes up for: ${noted.error.message}`
  const fix = `Look at its log, and pin a fixed version; make pin ENV=${environment} PREVIOUS=${service} pins what ran before.`
  const resume = `make resume ENV=${environment} SERVICE=${service} REASON='…' lets deploys through again: until then the service is held.`
  const isInnocent = isStopped || isBlind === true || isAbandoned === true
  const first = isBlind ? 'Look into what kept it from going on. ' : ''
  return new UserError(
    rolloutErrors['rollout-taken-back'],
    headlineOf(printTarget(target), tag, { ...back, hasBegun }),
    {
      cause: [why, has, missing].filter(Boolean).join('\n'),
      remedy: [
        isInnocent ? `${first}The same deploy begins it again.` : fix,
        isHeld && (isInnocent ? `First ${resume}` : `Then ${resume}`),
      ]
        .filter(Boolean)
        .join(' '),
    },
  )
}

type Ended = Pick<TakenBack, 'isStopped' | 'isBlind' | 'isAbandoned'> & { readonly hasBegun: boolean }

function headlineOf(at: string, tag: string, { isStopped, isBlind, isAbandoned, hasBegun }: Ended): string {
  if (isStopped) return `the rollout of ${tag} to ${at} was stopped, and its traffic sent back`
  if (isBlind) return `the rollout of ${tag} to ${at} could not go on, and its traffic was sent back`
  if (isAbandoned)
    return `nobody continued the rollout of ${tag} to ${at} in time, and its traffic was sent back`
  return hasBegun
    ? `the traffic of ${at} was sent back: ${tag} did not do well`
    : `no traffic of ${at} was sent to ${tag}: it did not do well`
}

/** The error for traffic that a rollout could not send back. */
export function notTakenBack({ target, tag }: Rollout, why: string, error: UserError): UserError {
  const { environment, service } = target
  return new UserError(
    rolloutErrors['rollout-not-taken-back'],
    `the traffic of ${printTarget(target)} could not be sent back: ${tag} keeps what it has`,
    {
      cause: [why, error.message, error.cause].filter(Boolean).join('\n'),
      remedy: `make rollback ENV=${environment} SERVICE=${service} REASON='…' sends it back; running this again goes on watching. ${error.remedy}`,
      origin: error,
    },
  )
}

/** The error for a new revision that did not do well, where there is nothing to go back to. */
export function noWayBack({ target, tag, applied }: Rollout, why: string): UserError {
  return new UserError(
    rolloutErrors['rollout-no-way-back'],
    `${tag} does not do well in ${printTarget(target)}, and there is nothing to go back to`,
    { cause: `${why}; ${kindOfApplied(applied).show(applied)} keeps the traffic it has` },
  )
}

/** The error for a service of which nothing was verified that it could go back to. */
export function nothingBefore({ service, environment }: Target, passedOver: readonly string[]): UserError {
  return new UserError(
    rolloutErrors['rollback-nothing'],
    `there is nothing to go back to in ${printTarget({ service, environment })}: nothing was changed`,
    {
      cause:
        passedOver.length === 0
          ? 'no deployment was verified there before this one, or all of them were taken back'
          : passedOver.join('\n'),
      remedy: `make history ENV=${environment} SERVICE=${service} shows what ran: VERSION=… goes to what was verified, taken back or not. Otherwise pin and deploy a release that works.`,
    },
  )
}

/** The error for what cannot be gone back to, though it was named. */
export function unusable(target: Target, why: string, nearest: Good | undefined): UserError {
  const { service, environment } = target
  const instead = nearest && `The nearest is TO=${nearest.sequence}, ${nearest.tag}. `
  return new UserError(
    rolloutErrors['rollback-unusable'],
    `${printTarget(target)} cannot go back there: nothing was changed`,
    {
      cause: why,
      remedy: `${instead ?? ''}make history ENV=${environment} SERVICE=${service} shows what was verified.`,
    },
  )
}
