import { unwrap } from '../../base/attempt.ts'
import { type Outcome, preparedSideBySide } from '../../base/io/side-by-side.ts'
import { requireRunning } from '../../base/stop.ts'
import { rolloutPlan, type ServiceConfig } from '../../catalogue/service-config.ts'
import { serviceJsonSource } from '../../catalogue/sources.ts'
import { kindOf } from '../../kinds/all.ts'
import type { Applied } from '../../kinds/applied.ts'
import type { Deployment } from '../../ledger/entry.ts'
import { requireNoHold } from '../../ledger/io/holds.ts'
import type { LedgerTools } from '../../ledger/io/open.ts'
import { settingsDigest } from '../../ledger/io/settings-digest.ts'
import type { Writer } from '../../ledger/io/write-entries.ts'
import type { Digest } from '../../names/digest.ts'
import { parseTag, type ReleaseTag } from '../../names/release-tag.ts'
import { printTarget } from '../../names/target.ts'
import { type PinnedTarget, requirePinsUnchanged } from '../../pin/io/pinned.ts'
import { verifyPin } from '../../pin/io/verify-pin.ts'
import { type Planned, terraformLimit } from '../../plan/io/plan-targets.ts'
import type { Session } from '../../plan/io/session.ts'
import { attemptToReadYank } from '../../release/io/records.ts'
import { recordDigest } from '../../release/record.ts'
import { printYankReason } from '../../release/yank.ts'
import type { Board } from '../../rollout/following/board.ts'
import type { Deadlines } from '../../rollout/io/deadlines.ts'
import { openJournal } from '../../rollout/io/journal.ts'
import { lookAtShares } from '../../rollout/io/observe.ts'
import { releasedDigests } from '../../rollout/io/released-digests.ts'
import { requireReleasedCode, rollOut } from '../../rollout/io/roll-out.ts'
import type { RolloutTools } from '../../rollout/io/run.ts'
import { requireNoneUnderWay } from '../../rollout/io/under-way.ts'
import type { Rollout } from '../../rollout/rollout.ts'
import { isWatched } from '../../strategy/plan.ts'
import { applyPlan } from '../../terraform/io/stack.ts'
import { countActions } from '../../terraform/plan-json.ts'
import type { Deployed } from '../report.ts'

/** What deploys work with: what their rollouts use, and the environment's ledgers. */
export type DeployTools = Omit<RolloutTools, 'journal' | 'withdrawn' | 'follow'> &
  LedgerTools & {
    /** Shows the rollouts while they last. */
    readonly board: Board
    /** Where the environment has a guardian: it ends what nobody else does. */
    readonly deadlines: Deadlines | undefined
  }

/**
 * Applies plans side by side, each exactly as approved, and sends the traffic to what was applied. Only the applies are
 * limited in number: a rollout can take hours, and mostly waits.
 */
export async function deployTargets(
  session: Session,
  tools: DeployTools,
  planned: readonly Planned[],
): Promise<Outcome<PinnedTarget, Deployed>[]> {
  let ended = 0
  const results = await preparedSideBySide(
    planned,
    terraformLimit,
    one => prepareRollout(session, tools, one),
    async (one, ready) => {
      const deployed = await rollOutTarget(session, tools, one, ready)
      session.request.progress(`deployed ${++ended} of ${planned.length}`)
      return deployed
    },
  )
  return results.map(result => ({ ...result, target: result.target.target }))
}

/** An applied plan, and the ledger as it was seen before the apply. */
type Ready = { readonly rollout: Rollout; readonly digest: Digest; readonly writer: Writer }

async function prepareRollout(session: Session, tools: DeployTools, planned: Planned): Promise<Ready> {
  const { target, summary } = planned
  const { project, pinned } = session
  const { view } = summary
  // A person may have looked at the plan for an hour, and others were applied before this one.
  const [record, writer] = await Promise.all([
    verifyPin(project, target),
    openUnlessTaken(session, tools, planned),
    requirePinsUnchanged(project, pinned, [target], 'Nothing was applied.'),
  ])
  const config = pinned.services.get(target.service) as ServiceConfig
  // An approved plan does not come from this work tree, so faults in its settings must be found before the apply.
  const plan = rolloutPlan(config, target, pinned.environment, serviceJsonSource(target.service))
  const digests = await releasedDigests(project.stores, record, kindOf(config))
  const about = { target, tag: target.pin.tag, digests, plan }
  const before = view.before && unwrap(view.before)
  // Only an apply of another release replaces the code.
  if (before?.tag === about.tag) await requireReleasedCode(tools.movers, { ...about, applied: before })
  requireRunning(tools.signal)
  const applied = await applyTarget(session, planned)
  return { rollout: { ...about, applied }, digest: recordDigest(record), writer }
}

async function rollOutTarget(
  session: Session,
  tools: DeployTools,
  planned: Planned,
  { rollout, digest, writer }: Ready,
): Promise<Deployed> {
  const { target, summary } = planned
  const { view, from, to } = summary
  const { tag, applied } = rollout
  requireRunning(tools.signal)
  session.request.progress(`${target.service}: sending the traffic to what was applied`)
  const deployment = { tag, digest, ...origin(session, planned), applied }
  const { ledger } = tools
  const approved = planned.approved?.sha256
  // Nobody guards the guardian: the deploy of another one is watched by its runner alone.
  const isGuardian = target.service === session.pinned.environment.guardian?.service
  const deadlines = isGuardian ? undefined : tools.deadlines
  const place = { ledger, writer, target, deployment, plan: approved, deadlines }
  const journal = await openJournal({ ...place, rollout })
  const withdrawn = yankOf(session, target)
  const follow = tools.board.follow(target.service)
  const isDetached = tools.isDetached === true && !isGuardian
  const pointer = await rollOut({ ...tools, isDetached, journal, withdrawn, follow }, rollout).finally(() =>
    tools.board.ended(target.service),
  )
  const result =
    pointer === 'begun' ? 'begun' : view.isEmpty && pointer === 'already done' ? 'already done' : 'deployed'
  return { service: target.service, result, from, to, changes: countActions(view), applied }
}

/** Whether the rollout of a target goes through phases that somebody has to watch. */
export function isWatchedTarget({ pinned }: Session, target: PinnedTarget): boolean {
  const config = pinned.services.get(target.service)
  if (config === undefined) return false
  return isWatched(rolloutPlan(config, target, pinned.environment, serviceJsonSource(target.service)))
}

const yankMs = 60_000

/** Asks whether the release was yanked during a rollout that can take hours, at most once a minute. */
function yankOf({ project }: Session, { pin }: PinnedTarget): RolloutTools['withdrawn'] {
  const { stores, clock } = project
  let [asked, says]: [number, string | undefined] = [Number.NEGATIVE_INFINITY, undefined]
  return async () => {
    if (clock.now() - asked < yankMs) return says
    const yank = unwrap(await attemptToReadYank(stores, parseTag(pin.tag) as ReleaseTag))
    asked = clock.now()
    says = yank && `${pin.tag} was yanked: ${printYankReason(yank)}`
    return says
  }
}

/** Reads the newest entry of a target's ledger; throws if the target is held, or another rollout of it is in a phase. */
export async function openUnlessTaken(
  session: Session,
  { ledger, who, movers }: LedgerTools & Pick<DeployTools, 'movers'>,
  planned: Planned,
): Promise<Writer> {
  const { target, summary } = planned
  const writer = await ledger.writer(target, who)
  const head = writer.head()
  await requireNoHold(ledger, target, head)
  const wanted = { tag: target.pin.tag, settings: origin(session, planned).settings }
  await requireNoneUnderWay(ledger, target, head, wanted, async () => {
    const before = summary.view.before && unwrap(summary.view.before)
    return before && (await lookAtShares(await movers(before.kind), before))
  })
  return writer
}

/** The settings of a deployment, and the commit that they come from. */
function origin({ pinned }: Session, { target, approved }: Planned): Pick<Deployment, 'settings' | 'commit'> {
  const config = pinned.services.get(target.service) as ServiceConfig
  return {
    settings:
      approved?.about.settings ??
      settingsDigest(target, config, pinned.environment, pinned.own.get(target.service)),
    commit: approved?.about.head ?? pinned.head,
  }
}

async function applyTarget(
  session: Session,
  { target, stack, summary, approved }: Planned,
): Promise<Applied> {
  const { view } = summary
  // An old plan is applied even if it changes nothing: Terraform refuses it if the state has changed since.
  const isNeeded = !view.isEmpty || approved !== undefined
  const outputs = isNeeded
    ? await applyPlan(session.terraform, stack, text =>
        session.request.progress(`${target.service}: ${text}`),
      )
    : view.before && unwrap(view.before)
  if (outputs === undefined)
    throw new TypeError(`the stack of ${printTarget(target)} has no output "applied"`)
  if (isNeeded) {
    // A rollback may have started during the apply, and then it decides where the traffic goes.
    const done = 'The plan was applied, but no traffic was sent to the result.'
    await requirePinsUnchanged(session.project, session.pinned, [target], done)
  }
  return outputs
}
