import { UserError } from '../../base/user-error.ts'
import { serviceFile } from '../../catalogue/inputs.ts'
import { environmentsFile } from '../../catalogue/sources.ts'
import { commitsChanging } from '../../git/io/history.ts'
import { type Deployment, eventOf, type LedgerEvent } from '../../ledger/entry.ts'
import type { Ledger } from '../../ledger/io/ledger.ts'
import { newestFirst } from '../../ledger/io/newest-first.ts'
import type { LedgerTools } from '../../ledger/io/open.ts'
import type { Head } from '../../ledger/io/read-entries.ts'
import type { CommitSha } from '../../names/commit.ts'
import { parseTag, type ReleaseTag } from '../../names/release-tag.ts'
import { printTarget, type Target } from '../../names/target.ts'
import { pinErrors } from '../../pin/errors.ts'
import { chooseTargets, type PinnedTarget } from '../../pin/io/pinned.ts'
import { type ProposalResult, proposePins } from '../../pin/io/propose.ts'
import { publishPins } from '../../pin/io/publish.ts'
import { planTargets } from '../../plan/io/plan-targets.ts'
import { requireRemoteHead } from '../../plan/io/remote-head.ts'
import type { Session } from '../../plan/io/session.ts'
import { requirePermission } from '../../plan/permission.ts'
import type { Project } from '../../project/io/project.ts'
import { readRecord } from '../../release/io/records.ts'
import { isSettled } from '../../rollout/back.ts'
import { rolloutErrors } from '../../rollout/errors.ts'
import { applyPlan } from '../../terraform/io/stack.ts'

/** A rollback whose traffic is back. */
export type Back = {
  readonly target: Target
  readonly revision: string
  /** The sequence of the verified entry, if the ledger said where to go back to. */
  readonly of: number | undefined
  /** What had the traffic before. */
  readonly from: { readonly tag?: string; readonly revision: string }
  readonly reason: string
  /** The newest entry when it began, if the ledger could be read. */
  readonly seen: number | undefined
}

/** The entry of a rollback: its sequence, the deployment that runs now, whether this run has written it, and the hold. */
export type Noted = {
  readonly sequence: number
  readonly deployment: Deployment
  readonly isNew: boolean
  /** Whether deploys are still stopped: somebody may have let them through before the rollback ended. */
  readonly isHeld: boolean
}

/**
 * Writes the rollback into the ledger, with its hold, unless an earlier run has; undefined if the ledger does not know the
 * deployment, in which case it is only held.
 */
export async function noteBack({ ledger, who }: LedgerTools, back: Back): Promise<Noted | undefined> {
  const { target, revision, reason } = back
  const head = await ledger.head(target)
  const open = await openEvent(ledger, target, head)
  if (open?.type === 'rollback' && open.deployment.applied.revision === revision)
    return {
      sequence: open.sequence,
      deployment: open.deployment,
      isNew: false,
      isHeld: head.state.hold !== null,
    }
  const found = await findDeployment(ledger, back, head)
  if (found === undefined) {
    const why = `traffic was sent back to ${revision}, which no entry knows: ${reason}`
    await ledger.append(target, who, ({ state }) =>
      state.hold === null ? { type: 'held', reason: why.slice(0, 500) } : undefined,
    )
    return undefined
  }
  const { of, deployment } = found
  const from = leftBy(back, open?.type === 'started' ? open.deployment : undefined, head)
  const entry = await ledger.append(target, who, now =>
    isNoted(now, back) ? undefined : { type: 'rollback', deployment, of, from, reason },
  )
  if (entry !== undefined) return { sequence: entry.sequence, deployment, isNew: true, isHeld: true }
  const { state, entry: newest } = await ledger.head(target)
  const sequence = state.open?.sequence ?? state.hold ?? newest?.sequence ?? 0
  return { sequence, deployment, isNew: false, isHeld: state.hold !== null }
}

/** Whether another run, which went to the same place meanwhile, has written its entry: that is true of this one as well. */
function isNoted({ sequence, state, entry }: Head, { revision, from, seen = 0 }: Back): boolean {
  if (state.good[0]?.revision !== revision) return false
  // Nothing was sent back: this run could not read at first that all of it is written.
  if (from.revision === revision && isSettled(state, revision)) return true
  const isEnded = entry !== undefined && sequence > seen && eventOf(entry)?.type === 'rollback-completed'
  return isEnded || state.open?.type === 'rollback'
}

type OpenEvent = Extract<LedgerEvent, { type: 'started' | 'rollback' }> & { readonly sequence: number }

/** The entry that began a rollout or a rollback which has not ended. */
async function openEvent(
  ledger: Ledger,
  target: Target,
  { state, entry }: Head,
): Promise<OpenEvent | undefined> {
  if (state.open === null) return undefined
  const { sequence } = state.open
  const event = eventOf(entry?.sequence === sequence ? entry : await ledger.read(target, sequence))
  return event?.type === 'started' || event?.type === 'rollback' ? { ...event, sequence } : undefined
}

/** What the traffic left: where this run found it or, if an earlier one had sent it back, what ran until then. */
function leftBy(
  { from, revision }: Back,
  begun: Deployment | undefined,
  { state: { good } }: Head,
): Back['from'] {
  const newest = begun === undefined ? good[0] : { tag: begun.tag, revision: begun.applied.revision }
  const left = from.revision === revision && newest !== undefined ? newest.revision : from.revision
  const known = [...(newest === undefined ? [] : [newest]), ...good].find(one => one.revision === left)
  return known === undefined ? from : { tag: known.tag, revision: left }
}

async function findDeployment(
  ledger: Ledger,
  { target, of, revision }: Back,
  { sequence: newest, state }: Head,
): Promise<{ of: number; deployment: Deployment } | undefined> {
  const known = of ?? state.good.find(one => one.revision === revision)?.sequence
  const entries =
    known === undefined ? newestFirst(ledger, target, newest) : [await ledger.read(target, known)]
  for await (const entry of entries) {
    const event = eventOf(entry)
    if (event === undefined || !('deployment' in event) || event.type === 'started') continue
    const { deployment } = event
    if (deployment.applied.revision === revision) return { of: entry.sequence, deployment }
  }
  return undefined
}

/** What became of the pin: `as before` where it names that release already, and a commit has changed the settings since. */
export type BackPin = ProposalResult | { readonly result: 'as before'; readonly changedBy: CommitSha }

/** Pins the release that traffic went back to; where the branch is protected, proposes the pin. */
export async function pinBack(
  project: Project,
  { environment, service }: Target,
  { deployment }: Pick<Noted, 'deployment'>,
  { isProposed, progress }: { readonly isProposed: boolean; readonly progress: (text: string) => void },
): Promise<BackPin> {
  const tag = parseTag(deployment.tag) as ReleaseTag
  const record = await readRecord(project.stores, tag)
  if (record === undefined)
    throw new UserError(
      rolloutErrors['rollback-unusable'],
      `${deployment.tag} has no release record any more`,
    )
  const set = { pins: [{ environment, record, allowOlder: true }] }
  const propose = () => proposePins(project, set, { dryRun: false })
  const done: ProposalResult = isProposed
    ? await propose()
    : await publishPins(project, set, { dryRun: false, progress }).catch(async error => {
        if (error instanceof UserError && error.errorCode === pinErrors['pin-rejected'])
          return await propose()
        throw error
      })
  if (done.result !== 'already done' || done.proposal !== undefined) return done
  const files = [serviceFile(service), environmentsFile]
  const [changedBy] = await commitsChanging(project.git, `${deployment.commit}..HEAD`, ...files).catch(
    () => [],
  )
  return changedBy === undefined ? done : { result: 'as before', changedBy }
}

/** Applies the pin without moving traffic, so that the next plan is empty. Returns whether anything changed. */
export async function applyBack(session: Session, target: Target): Promise<boolean> {
  const { project, pinned, terraform, request } = session
  const targets: PinnedTarget[] = chooseTargets(pinned, [target.service])
  const plans = await planTargets(session, targets, requireRemoteHead(project, pinned.head, [target.service]))
  try {
    const [planned] = plans.results
    if (planned === undefined) throw new TypeError(`there is no plan of ${printTarget(target)}`)
    if ('error' in planned) throw planned.error
    const { stack, summary } = planned.value
    const problem = `the plan of ${printTarget(target)} would replace or destroy resources that take traffic or hold releases`
    requirePermission(summary.view, [], { problem, command: stack.command })
    if (summary.view.isEmpty) return false
    await applyPlan(terraform, stack, text => request.progress(`${target.service}: ${text}`))
    return true
  } finally {
    await plans.remove()
  }
}

/** Writes that everything agrees with a rollback, unless that is written or another rollback has begun. */
export async function completeBack(
  { ledger, who }: LedgerTools,
  target: Target,
  { sequence }: Pick<Noted, 'sequence'>,
): Promise<void> {
  await ledger.append(target, who, ({ state }) =>
    state.open?.sequence === sequence ? { type: 'rollback-completed', of: sequence } : undefined,
  )
}
