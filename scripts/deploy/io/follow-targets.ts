import { type CloudWatch, connectCloudWatch } from '../../aws/io/cloudwatch.ts'
import { type Outcome, sideBySide } from '../../base/io/side-by-side.ts'
import { plain } from '../../base/printable.ts'
import { UserError } from '../../base/user-error.ts'
import { connectMovers } from '../../kinds/io/movers.ts'
import { findLedgers, openLedgers } from '../../ledger/io/open.ts'
import { isServiceName, type ServiceName } from '../../names/service-name.ts'
import type { Target } from '../../names/target.ts'
import { printTarget } from '../../names/target.ts'
import { environmentSettings } from '../../project/io/project.ts'
import { endOfRollout, followRollout } from '../../rollout/detached/io/follow.ts'
import { type RecordedTools, recordedRun } from '../../rollout/detached/io/recorded.ts'
import { rolloutErrors } from '../../rollout/errors.ts'
import type { Board } from '../../rollout/following/board.ts'
import { describeEntry } from '../../rollout/messages.ts'
import type { Deployed } from '../report.ts'

type FollowTools = Omit<RecordedTools, 'follow' | 'onStop'> & { readonly board: Board }

/** Where a person follows rollouts, and until when. */
type Following = Parameters<typeof openLedgers>[0] & { readonly signal: AbortSignal }

/**
 * Follows the rollouts of an environment to their ends, of some services or of all; undefined for one without. It needs
 * neither the remote nor Terraform.
 */
export async function followEnvironment(
  { name, services }: { readonly name: string; readonly services: readonly ServiceName[] | undefined },
  invocation: Following,
  board: Board,
): Promise<Outcome<Target, Deployed | undefined>[]> {
  const session = await openLedgers(invocation, name)
  const { ledger, who, project, environment } = session
  const settings = environmentSettings(project, name, environment, invocation.aws)
  const { clock } = project
  const named = services ?? (await ledger.services(name)).filter(isServiceName)
  const targets = (await findLedgers(session, name, named)).map(service => ({ service, environment: name }))
  let connected: Promise<CloudWatch> | undefined
  const cloudwatch = () => (connected ??= connectCloudWatch(settings, clock))
  const movers = connectMovers(settings, clock)
  const { signal } = invocation
  return await followTargets({ ledger, who, movers, clock, cloudwatch, signal, board }, targets)
}

async function followTargets(
  tools: FollowTools,
  targets: readonly Target[],
): Promise<Outcome<Target, Deployed | undefined>[]> {
  return await sideBySide(targets, targets.length, target => followTarget(tools, target))
}

async function followTarget({ board, ...tools }: FollowTools, target: Target): Promise<Deployed | undefined> {
  const { service } = target
  const found = await recordedRun({ ...tools, onStop: 'back', follow: board.follow(service) }, target)
  if (found === undefined) return undefined
  const { run, started } = found
  await followRollout(run).finally(() => board.ended(service))
  const end = await endOfRollout(tools.ledger, target, started)
  const { tag, applied } = run.rollout
  const result = { service, from: undefined, to: tag, changes: 'no changes', applied }
  if (end === undefined) return { ...result, result: 'begun' }
  if (end.event.type === 'verified') return { ...result, result: 'deployed' }
  const isBack = end.event.type === 'rolled-back' || end.event.type === 'rollback'
  const reason = isBack && 'reason' in end.event ? [plain(end.event.reason, 500)] : []
  throw new UserError(
    rolloutErrors[isBack ? 'rollout-taken-back' : 'rollout-moved'],
    `the rollout of ${plain(tag)} to ${printTarget(target)} has ended: ${isBack ? 'the traffic was sent back' : 'another one began'}`,
    { cause: [`entry ${describeEntry(end.entry)}`, ...reason].join('\n') },
  )
}
