import { connectS3 } from '../../aws/io/s3.ts'
import { type Outcome, sideBySide } from '../../base/io/side-by-side.ts'
import { plain } from '../../base/printable.ts'
import { UserError } from '../../base/user-error.ts'
import { completeBack, pinBack } from '../../deploy/io/finish-back.ts'
import { type Applied, kindOfApplied } from '../../kinds/applied.ts'
import { type Mover, wholeOf } from '../../kinds/io/mover.ts'
import { connectMovers, type Movers } from '../../kinds/io/movers.ts'
import { type Deployment, eventOf, type LedgerEvent } from '../../ledger/entry.ts'
import { type Head, ledgersAtOnce } from '../../ledger/io/ledger.ts'
import type { LedgerSession } from '../../ledger/io/open.ts'
import type { Good } from '../../ledger/state.ts'
import { parseTag } from '../../names/release-tag.ts'
import { printTarget, type Target } from '../../names/target.ts'
import { observePinned, type PinnedTarget } from '../../pin/io/pinned.ts'
import { environmentSettings } from '../../project/io/project.ts'
import { readRecord } from '../../release/io/records.ts'
import { recordDigest } from '../../release/record.ts'
import { releasedDigests } from '../../rollout/io/released-digests.ts'
import { stateKey } from '../../stack/names.ts'
import { readApplied } from '../../terraform/io/state.ts'
import { reconcileErrors } from '../errors.ts'
import type { Finding } from '../findings.ts'
import { decideRepair, type Repair } from '../repair.ts'

/** An environment's ledgers, and what the traffic and the states there are read with. */
export type Repairs = LedgerSession & {
  readonly name: string
  readonly movers: Movers
  readApplied(target: Target): Promise<Applied | undefined>
  progress(text: string): void
}

/** A target whose traffic, ledger and pin were compared. */
type Compared = {
  readonly target: PinnedTarget
  readonly applied: Applied
  readonly mover: Mover
  readonly head: Head
  readonly running: string | undefined
  /** The deployment that an open rollout is about. */
  readonly begun: Deployment | undefined
  readonly repair: Repair
}

/** Prepares for an environment whose ledgers are open. */
export async function openRepairs(
  session: LedgerSession,
  {
    name,
    aws,
    progress,
  }: Pick<Repairs, 'name' | 'progress'> & { readonly aws: Parameters<typeof environmentSettings>[3] },
): Promise<Repairs> {
  const { project, environment } = session
  const settings = environmentSettings(project, name, environment, aws)
  const s3 = await connectS3(settings, environment.stateBucket, project.clock)
  return {
    ...session,
    name,
    progress,
    movers: connectMovers(settings),
    readApplied: target => readApplied(s3, stateKey(target)),
  }
}

/** Compares where the traffic of an environment goes with its ledgers and pins, and repairs them unless it is a dry run. */
export async function reconcileEnvironment(repairs: Repairs, dryRun: boolean): Promise<Finding[]> {
  const pinned = await observePinned(repairs.project, repairs.name)
  const unreadable = [...pinned.pins].flatMap(([service, pin]) =>
    'error' in pin ? [failed({ service, environment: repairs.name }, pin.error)] : [],
  )
  const targets = [...pinned.pins.values()].flatMap(pin => ('value' in pin ? [pin.value] : []))
  const compared = await sideBySide(targets, ledgersAtOnce, target => compare(repairs, target))
  const findings: Finding[] = []
  // One after the other: each may push a commit to the same branch.
  for (const one of compared) findings.push(...(await settle(repairs, one, dryRun)))
  return [...unreadable, ...findings]
}

async function compare(repairs: Repairs, target: PinnedTarget): Promise<Compared | undefined> {
  const { ledger, movers } = repairs
  const applied = await repairs.readApplied(target)
  if (applied === undefined) return undefined
  const mover = await movers(applied.kind)
  const [head, pointer] = await Promise.all([ledger.head(target), mover.look(applied)])
  const running = pointer && wholeOf(pointer)
  const begun = await deploymentBegun(repairs, target, head)
  const about = { state: head.state, sequence: head.sequence, running, pinned: target.pin.tag }
  const repair = decideRepair({ ...about, begun: begun?.applied.revision })
  return { target, applied, mover, head, running, begun, repair }
}

async function deploymentBegun(
  { ledger }: Repairs,
  target: Target,
  { state: { open } }: Head,
): Promise<Deployment | undefined> {
  if (open?.type !== 'rollout') return undefined
  const event = eventOf(await ledger.read(target, open.sequence))
  return event?.type === 'started' ? event.deployment : undefined
}

async function settle(
  repairs: Repairs,
  { target, ...seen }: Outcome<PinnedTarget, Compared | undefined>,
  dryRun: boolean,
): Promise<Finding[]> {
  if ('error' in seen) return [failed(target, seen.error)]
  if (seen.value === undefined) return []
  try {
    const problem = await repair(repairs, seen.value, dryRun)
    return problem === undefined ? [] : [{ subject: printTarget(target), problem }]
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return [failed(target, error)]
  }
}

function failed(target: Target, error: UserError): Finding {
  return { subject: printTarget(target), problem: error.message, error }
}

/** Repairs what can be repaired, and says what that was; throws what a person has to look at. */
async function repair(repairs: Repairs, seen: Compared, dryRun: boolean): Promise<string | undefined> {
  const { target, repair: found } = seen
  switch (found.step) {
    case 'nothing':
      return undefined
    case 'tell':
      throw new UserError(reconcileErrors['reconcile-ledger'], `${printTarget(target)}: ${found.problem}`, {
        remedy: `make history ENV=${target.environment} SERVICE=${target.service} shows what happened. make deploy sends the traffic to what is pinned, make rollback to what was verified.`,
      })
    case 'note rollback':
      if (!(await hasArrived(seen))) return undefined
      if (!dryRun) await noteRollback(repairs, seen, found)
      return `traffic was sent back from ${found.from.tag} to ${found.to.tag}, and no entry says so`
    case 'finish rollback':
      return await finishRollback(repairs, seen, found, dryRun)
    case 'note arrival':
      if (!(await hasArrived(seen)) || !(await servesReleased(repairs, seen))) return undefined
      if (!dryRun) await noteArrival(repairs, seen, found.started)
      return `the rollout of ${seen.begun?.tag} has ended, and no entry says so`
  }
}

async function hasArrived({ mover, applied, running }: Compared): Promise<boolean> {
  const revision = running ?? applied.revision
  const { state } = await mover.progress({ ...applied, revision }, { revision, seen: undefined })
  return state === 'arrived'
}

/** Writes the rollback with its hold, if the newest entry still leaves it out, and goes on to what else is left. */
async function noteRollback(
  repairs: Repairs,
  seen: Compared,
  { to, from }: { readonly to: Good; readonly from: Good },
): Promise<void> {
  const { ledger, who } = repairs
  const { target } = seen
  const deployment = await deploymentOf(repairs, target, to)
  const reason = `found by make reconcile: the traffic was sent back to ${plain(to.tag)} without an entry`
  const event: LedgerEvent = {
    type: 'rollback',
    deployment,
    of: to.sequence,
    from: { tag: from.tag, revision: from.revision },
    reason,
  }
  // Whoever wrote since has begun something else, or has written the same.
  const entry = await ledger.append(target, who, head =>
    head.sequence === seen.head.sequence ? event : undefined,
  )
  if (entry === undefined) throw changedMeanwhile(target)
  await finishRollback(repairs, seen, { to, sequence: entry.sequence }, false)
}

async function deploymentOf(
  { ledger }: Repairs,
  target: Target,
  { sequence, revision }: Good,
): Promise<Deployment> {
  const event = eventOf(await ledger.read(target, sequence))
  if (event !== undefined && 'deployment' in event && event.deployment.applied.revision === revision)
    return event.deployment
  throw new UserError(
    reconcileErrors['reconcile-ledger'],
    `${printTarget(target)}: entry ${sequence} is not about revision ${revision}`,
  )
}

/** Pins what traffic went back to, and ends the rollback if that is applied as well. */
async function finishRollback(
  repairs: Repairs,
  { target, applied }: Compared,
  { to, sequence }: { readonly to: Good; readonly sequence: number },
  dryRun: boolean,
): Promise<string> {
  const { project, progress } = repairs
  const isApplied = applied.tag === to.tag
  const isPinned = target.pin.tag === to.tag
  if (isPinned && !isApplied) throw notApplied(target, to)
  const problem = isPinned
    ? `the rollback to ${to.tag} has not been completed`
    : `it was rolled back to ${to.tag}, but ${target.pin.tag} is pinned`
  if (dryRun) return problem
  const noted = { sequence, deployment: await deploymentOf(repairs, target, to) }
  const pin = await pinBack(project, target, noted, { isProposed: false, progress })
  const isProposed = pin.result !== 'as before' && pin.proposal !== undefined
  if (isApplied && !isProposed) await completeBack(repairs, target, noted)
  return problem
}

/** The error for a rollback of which only the apply is left, which needs Terraform. */
function notApplied(target: Target, to: Good): UserError {
  const { environment, service } = target
  return new UserError(
    reconcileErrors['reconcile-ledger'],
    `${printTarget(target)}: the rollback to ${to.tag} is pinned, but not applied`,
    {
      remedy: `make rollback ENV=${environment} SERVICE=${service} REASON='…' applies it, and moves no traffic.`,
    },
  )
}

/** Whether what serves is what was released: a stable service proves nothing. */
async function servesReleased(
  { project }: Repairs,
  { target, applied, mover, begun }: Compared,
): Promise<boolean> {
  const tag = begun && parseTag(begun.tag)
  const record = tag && (await readRecord(project.stores, tag))
  if (begun === undefined || record === undefined || recordDigest(record) !== begun.digest) return false
  const [released, serving] = await Promise.all([
    releasedDigests(project.stores, record, kindOfApplied(applied)),
    mover.serving(applied, begun.applied.revision),
  ])
  if (serving === 'none wanted') return true
  const foreign = serving.find(digest => digest !== undefined && !released.includes(digest))
  if (foreign !== undefined)
    throw new UserError(
      reconcileErrors['reconcile-ledger'],
      `${printTarget(target)} runs ${foreign}, which was not released as ${begun.tag}`,
    )
  return serving.length > 0 && !serving.includes(undefined)
}

async function noteArrival(
  { ledger, who }: Repairs,
  { target, applied, mover, head, begun }: Compared,
  started: number,
): Promise<void> {
  if (begun === undefined) return
  const isOpen = (now: Head) => now.state.open?.sequence === started
  await ledger.append(target, who, now =>
    isOpen(now) && !now.state.open?.completed ? { type: 'completed', started } : undefined,
  )
  await ledger.append(target, who, now =>
    isOpen(now) ? { type: 'verified', started, deployment: begun } : undefined,
  )
  const { revision } = begun.applied
  const before = head.state.good.find(one => one.revision !== revision)?.revision
  await mover.keepStable?.(applied, revision, before)
}

function changedMeanwhile(target: Target): UserError {
  return new UserError(
    reconcileErrors['reconcile-ledger'],
    `somebody wrote to the ledger of ${printTarget(target)} meanwhile`,
    { remedy: 'Run this again.' },
  )
}
