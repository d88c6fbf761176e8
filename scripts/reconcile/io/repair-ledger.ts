import { plain } from '../../base/printable.ts'
import type { UserError } from '../../base/user-error.ts'
import { completeBack, pinBack } from '../../deploy/io/finish-back.ts'
import { kindOfApplied } from '../../kinds/applied.ts'
import { type Deployment, eventOf, type LedgerEvent } from '../../ledger/entry.ts'
import type { Good } from '../../ledger/state.ts'
import { parseTag } from '../../names/release-tag.ts'
import type { Target } from '../../names/target.ts'
import { readRecord } from '../../release/io/records.ts'
import { recordDigest } from '../../release/record.ts'
import { openJournal } from '../../rollout/io/journal.ts'
import { releasedDigests } from '../../rollout/io/released-digests.ts'
import { type Finding, findInLedger, ledgerError } from '../findings.ts'
import type { Place } from '../repair.ts'
import type { Compared, Repairs } from './compare.ts'

/** What was found about a target: it is repaired, unless a person has to look or this is a dry run. */
export async function repairLedger(
  repairs: Repairs,
  seen: Compared,
  dryRun: boolean,
): Promise<Finding | undefined> {
  const { target, repair, begun } = seen
  switch (repair.step) {
    case 'nothing':
      return undefined
    case 'tell':
      return findInLedger(target, repair.problem, toLook(target))
    case 'note rollback':
      return await findRollback(repairs, seen, repair, dryRun)
    case 'finish rollback':
      return await findUnfinished(repairs, seen, repair, dryRun)
    case 'note arrival':
      return begun === undefined
        ? undefined
        : await findUnverified(repairs, { ...seen, begun }, repair.started, dryRun)
  }
}

function toLook({ environment, service }: Target): string {
  return `make history ENV=${environment} SERVICE=${service} shows what happened. make deploy sends the traffic to what is pinned, make rollback to what was verified.`
}

type Unnoted = { readonly to: Good; readonly from: Place }

async function findRollback(
  repairs: Repairs,
  seen: Compared,
  { to, from }: Unnoted,
  dryRun: boolean,
): Promise<Finding | undefined> {
  const { target, applied, mover } = seen
  if (!(await hasArrived(seen))) return undefined
  const ready = await mover.ready(applied, to.revision)
  // That a revision has the number of a verified one proves nothing: what it runs is compared, as after every rollout.
  if (ready.state === 'ready' && ready.digest !== undefined && ready.digest !== to.digest)
    return findInLedger(
      target,
      `the traffic goes to revision ${to.revision}, which runs ${ready.digest}; entry ${to.sequence} verified ${to.digest}`,
      toLook(target),
    )
  const problem = `traffic was sent back from ${from.tag} to ${to.tag}, and no entry says so`
  if (dryRun) return findInLedger(target, problem)
  const sequence = await noteRollback(repairs, seen, { to, from })
  const left = await finishRollback(repairs, seen, { to, sequence })
  return findInLedger(target, `${problem}${left.says}`)
}

async function hasArrived({ mover, applied, running }: Compared): Promise<boolean> {
  const revision = running ?? applied.revision
  const { state } = await mover.progress({ ...applied, revision }, { revision, seen: undefined })
  return state === 'arrived'
}

/** Writes the rollback with its hold, unless somebody else has written meanwhile. Returns its sequence. */
async function noteRollback(
  { ledger, who }: Repairs,
  { target, head: { sequence: newest } }: Compared,
  { to, from }: Unnoted,
): Promise<number> {
  const event: LedgerEvent = {
    type: 'rollback',
    deployment: await deploymentOf({ ledger }, target, to),
    of: to.sequence,
    from: { tag: from.tag, revision: from.revision },
    reason: `found by make reconcile: the traffic was sent back to ${plain(to.tag)} without an entry`,
  }
  const entry = await ledger.append(target, who, ({ sequence }) => (sequence === newest ? event : undefined))
  if (entry !== undefined) return entry.sequence
  throw changedMeanwhile(target)
}

async function deploymentOf(
  { ledger }: Pick<Repairs, 'ledger'>,
  target: Target,
  { sequence, revision }: Good,
): Promise<Deployment> {
  const event = eventOf(await ledger.read(target, sequence))
  if (event !== undefined && 'deployment' in event && event.deployment.applied.revision === revision)
    return event.deployment
  throw ledgerError(
    target,
    `entry ${sequence} is not about revision ${revision}`,
    `make history ENV=${target.environment} SERVICE=${target.service} checks all entries.`,
  )
}

type Rollback = { readonly to: Good; readonly sequence: number }

async function findUnfinished(
  repairs: Repairs,
  seen: Compared,
  rollback: Rollback,
  dryRun: boolean,
): Promise<Finding> {
  const { target, applied } = seen
  const { tag } = rollback.to
  const isPinned = target.pin.tag === tag
  if (isPinned && applied.tag !== tag)
    return findInLedger(target, `the rollback to ${tag} is pinned, but not applied`, howToApply(target))
  const problem = isPinned
    ? `the rollback to ${tag} has not been completed`
    : `it was rolled back to ${tag}, but ${target.pin.tag} is pinned`
  if (dryRun) return findInLedger(target, problem)
  const left = await finishRollback(repairs, seen, rollback)
  return left.isWaiting
    ? findInLedger(target, `${problem}${left.says}`, 'Merge it, then run this again.')
    : findInLedger(target, `${problem}${left.says}`)
}

/** What is left of a rollback, and whether only a merge can go on with it. */
type Left = { readonly says: string; readonly isWaiting: boolean }

/** Pins what traffic went back to, and ends the rollback if that is applied as well. */
async function finishRollback(
  repairs: Repairs,
  { target, applied }: Compared,
  { to, sequence }: Rollback,
): Promise<Left> {
  const { project, progress } = repairs
  const noted = { sequence, deployment: await deploymentOf(repairs, target, to) }
  const pin = await pinBack(project, target, noted, { isProposed: false, progress })
  const proposal = pin.result === 'as before' ? undefined : pin.proposal
  if (proposal !== undefined) {
    const says = `; the pin of ${to.tag} waits on the branch ${proposal.branch} to be merged`
    return { says, isWaiting: pin.result === 'already done' }
  }
  if (applied.tag !== to.tag) return { says: `; ${howToApply(target)}`, isWaiting: false }
  await completeBack(repairs, target, noted)
  return { says: '', isWaiting: false }
}

// An apply needs Terraform, and somebody who may change more than a pin.
function howToApply({ environment, service }: Target): string {
  return `make rollback ENV=${environment} SERVICE=${service} REASON='…' applies the pin, and moves no traffic`
}

type Arrived = Compared & { readonly begun: Deployment }

async function findUnverified(
  repairs: Repairs,
  seen: Arrived,
  started: number,
  dryRun: boolean,
): Promise<Finding | undefined> {
  const { target, begun } = seen
  if (!(await hasArrived(seen))) return undefined
  const served = await compareServing(repairs, seen)
  if (served.state === 'not yet') return undefined
  if (served.state === 'foreign')
    return findInLedger(
      target,
      served.problem,
      'Find out who put it there; make rollback sends the traffic to what was verified.',
    )
  if (!dryRun) await noteArrival(repairs, seen, started)
  return findInLedger(target, `the rollout of ${begun.tag} has ended, and no entry says so`)
}

type Served =
  | { readonly state: 'released' | 'not yet' }
  | { readonly state: 'foreign'; readonly problem: string }

/** Compares what serves with what was released: a stable service proves nothing. */
async function compareServing(
  { project: { stores } }: Repairs,
  { applied, mover, begun }: Arrived,
): Promise<Served> {
  const tag = parseTag(begun.tag)
  const record = tag && (await readRecord(stores, tag))
  if (record === undefined || recordDigest(record) !== begun.digest)
    return { state: 'foreign', problem: `no release record says that ${begun.tag} is ${begun.digest}` }
  const [released, serving] = await Promise.all([
    releasedDigests(stores, record, kindOfApplied(applied)),
    mover.serving(applied, begun.applied.revision),
  ])
  if (serving === 'none wanted') return { state: 'released' }
  const foreign = serving.find(digest => digest !== undefined && !released.includes(digest))
  if (foreign !== undefined)
    return { state: 'foreign', problem: `it runs ${foreign}, which was not released as ${begun.tag}` }
  return { state: serving.length > 0 && !serving.includes(undefined) ? 'released' : 'not yet' }
}

/** Writes the last entries of a rollout as its own run would have. */
async function noteArrival(
  { ledger, who }: Repairs,
  { target, applied, mover, begun }: Arrived,
  started: number,
): Promise<void> {
  const writer = await ledger.writer(target, who)
  if (writer.head().state.open?.sequence !== started) throw changedMeanwhile(target)
  const journal = await openJournal({ ledger, writer, target, deployment: begun, plan: undefined })
  await journal.completed()
  await journal.verified()
  await mover.keepStable?.(applied, begun.applied.revision, journal.before())
}

function changedMeanwhile(target: Target): UserError {
  return ledgerError(target, 'somebody wrote to its ledger meanwhile', 'Run this again.')
}
