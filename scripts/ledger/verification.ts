import { UserError } from '../base/user-error.ts'
import type { Digest } from '../names/digest.ts'
import type { Target } from '../names/target.ts'
import { eventOf, type ReadEntry } from './entry.ts'
import { ledgerErrors } from './errors.ts'
import type { State } from './state.ts'
import { printWho } from './who.ts'

/** What a ledger says about the digest of a release. */
export type Verification =
  | { readonly state: 'verified'; readonly entry: ReadEntry }
  | { readonly state: 'rolled back'; readonly entry: ReadEntry; readonly reason: string }

/**
 * What one entry says about a digest, given the revision of it that was rolled back from later on; undefined if nothing.
 * Entries are asked newest first.
 */
export function verificationIn(
  entry: ReadEntry,
  digest: Digest,
  left: ReadonlyMap<string, ReadEntry>,
): Verification | undefined {
  const event = eventOf(entry)
  if (event?.type !== 'verified' && event?.type !== 'repaired') return undefined
  if (event.deployment.digest !== digest) return undefined
  const back = left.get(event.deployment.applied.revision)
  const later = back && eventOf(back)
  return back !== undefined && later?.type === 'rollback'
    ? { state: 'rolled back', entry: back, reason: later.reason }
    : { state: 'verified', entry }
}

/** The error for a release that the environment before has not verified; says what is verified there instead. */
export function unverified(
  target: Target,
  tag: string,
  found: Verification | undefined,
  { good: [newest], open }: State,
): UserError {
  const instead =
    newest === undefined
      ? `nothing is verified in ${target.environment}`
      : `${target.environment} verified ${newest.tag} last`
  const isTakenBack = found?.state === 'rolled back'
  const rollout = open?.type === 'rollout' ? '; a rollout there has not ended' : ''
  const why = isTakenBack
    ? `${target.environment} was taken back from it by ${printWho(found.entry.who)}: ${found.reason}`
    : `${instead}${rollout}`
  const first = isTakenBack
    ? `Release a fixed version and deploy that to ${target.environment}.`
    : `make deploy ENV=${target.environment} SERVICE=${target.service} verifies what is pinned there.`
  return new UserError(ledgerErrors['ledger-unverified'], `${tag} is not verified in ${target.environment}`, {
    cause: why,
    remedy: `${first} To pin it anyway, with the reason in the commit: UNVERIFIED='…'`,
  })
}

/** What is true of a service in the environment whose combination is pinned elsewhere. */
export type Member = {
  readonly target: Target
  readonly state: State
  /** The tag that is pinned there. */
  readonly pinned: string
  /** The digest in the record of that release. */
  readonly digest: Digest
  /** The SHA-256 of its settings there as they are now. */
  readonly settings: string
}

/** Why a service is not what an environment verified last, and the command that brings it in order. */
export type Change = { readonly why: string; readonly command: string }

/** How a service differs from what the environment verified last; undefined if it does not. */
export function changedSince(member: Member): Change | undefined {
  const { target, state } = member
  const where = `ENV=${target.environment} SERVICE=${target.service}`
  if (state.open?.type === 'rollback')
    return {
      why: `a rollback in ${target.environment} has not ended`,
      command: `make rollback ${where} REASON='…'`,
    }
  if (state.hold !== null)
    return {
      why: `deploys of it to ${target.environment} are held since entry ${state.hold} of its ledger`,
      command: `make resume ${where} REASON='…'`,
    }
  const why = undeployed(member)
  return why === undefined ? undefined : { why, command: `make deploy ${where}` }
}

/** What a deploy would bring in order. */
function undeployed({ target, state, pinned, digest, settings }: Member): string | undefined {
  const [verified] = state.good
  const { environment } = target
  if (verified === undefined) return `nothing of it is verified in ${environment}`
  if (state.open !== null) return `a rollout in ${environment} has not ended`
  if (verified.tag !== pinned) return `${environment} verified ${verified.tag} and is pinned to ${pinned} now`
  if (verified.digest !== digest)
    return `${environment} verified ${verified.digest}, and the record of ${pinned} has ${digest}`
  if (verified.settings !== settings)
    return `its settings in ${environment} were changed after they were verified`
  return undefined
}

/** The error for a member of a set that has changed. */
export function changedMember({ service, environment }: Target, { why, command }: Change): UserError {
  return new UserError(
    ledgerErrors['ledger-set-changed'],
    `${service} is not as ${environment} verified it`,
    {
      cause: why,
      remedy: `${command}, then run this again; or leave it out with SERVICE=….`,
    },
  )
}
