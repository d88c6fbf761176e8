import { type ReleaseRecord, recordDigest } from '../core/release-record.ts'
import { type Deployment, decideAlias, judgeDeployment } from '../core/rollout.ts'
import { printTarget } from '../core/stack-names.ts'
import type { StackOutputs } from '../core/synth-input.ts'
import { UserError } from '../core/user-error.ts'
import type { Stores } from './artifacts.ts'
import type { AwsSettings } from './aws.ts'
import type { Clock } from './clock.ts'
import { connectEcs, type Ecs, type EcsRef } from './ecs.ts'
import { connectLambda, type Lambda } from './lambda.ts'
import type { PinnedTarget } from './targets.ts'

/** What a rollout works with; nothing is connected to before it is needed. */
export type RolloutTools = {
  lambda(): Promise<Lambda>
  ecs(): Promise<Ecs>
  readonly stores: Stores
  readonly clock: Clock
  readonly signal: AbortSignal
  /** How long a rollout may take, in ms. */
  readonly waitMs: number
}

/** The tools for an environment. */
export function rolloutTools(
  settings: AwsSettings,
  others: Omit<RolloutTools, 'lambda' | 'ecs'>,
): RolloutTools {
  let lambda: Promise<Lambda> | undefined
  let ecs: Promise<Ecs> | undefined
  return {
    ...others,
    lambda: () => (lambda ??= connectLambda(settings)),
    ecs: () => (ecs ??= connectEcs(settings)),
  }
}

/** Where the traffic goes now: the version or task definition, as a person reads it, and whether it is what was applied. */
export type Pointer = { readonly isApplied: boolean; readonly says: string }

/** One deploy's rollout: what was applied, of which release. */
export type Rollout = {
  readonly target: PinnedTarget
  readonly record: ReleaseRecord
  readonly outputs: StackOutputs
}

/** Reads where the traffic of a stack goes. */
export async function readPointer(tools: RolloutTools, outputs: StackOutputs): Promise<Pointer> {
  if (outputs.kind === 'lambda') {
    const { functionName, live, version } = outputs
    const alias = await (await tools.lambda()).alias(functionName, live)
    if (alias === undefined) return { isApplied: false, says: `${functionName} has no alias ${live}` }
    const isApplied = decideAlias(alias, version).step === 'already done'
    const weights = Object.entries(alias.weights).map(
      ([other, weight]) => `, and ${weight * 100} % to ${other}`,
    )
    return {
      isApplied,
      says: `${live} sends to version ${alias.version}${weights.join('')}; applied is ${version}`,
    }
  }
  const deployments = await (await tools.ecs()).deployments({
    cluster: outputs.cluster,
    service: outputs.serviceName,
  })
  const primary = deployments?.find(({ status }) => status === 'PRIMARY')
  const runs = primary?.taskDefinition ?? 'nothing'
  return {
    isApplied: runs === outputs.taskDefinition,
    says: `ECS runs ${runs}; applied is ${outputs.taskDefinition}`,
  }
}

/** Moves the traffic to what was applied and waits until it has arrived; answers whether anything was moved. */
export async function rollOut(tools: RolloutTools, rollout: Rollout): Promise<'moved' | 'already done'> {
  return rollout.outputs.kind === 'lambda'
    ? await moveAlias(tools, rollout, rollout.outputs)
    : await deployTasks(tools, rollout, rollout.outputs)
}

type LambdaOutputs = Extract<StackOutputs, { kind: 'lambda' }>
type EcsOutputs = Extract<StackOutputs, { kind: 'ecs' }>

// A second person may move it between our look and our write; a third time is no accident.
const mostAttempts = 3

async function moveAlias(
  tools: RolloutTools,
  { target }: Rollout,
  { functionName, live, version }: LambdaOutputs,
): Promise<'moved' | 'already done'> {
  const lambda = await tools.lambda()
  for (let attempt = 1; attempt <= mostAttempts; attempt++) {
    const alias = await lambda.alias(functionName, live)
    if (alias === undefined) throw noPointer(target, `the function ${functionName} has no alias ${live}`)
    const decision = decideAlias(alias, version)
    if (decision.step === 'already done') return attempt === 1 ? 'already done' : 'moved'
    await versionReady(tools, lambda, functionName, version)
    if (await lambda.moveAlias(functionName, live, { version, revisionId: decision.revisionId }))
      return 'moved'
  }
  throw new UserError(`the alias ${live} of ${functionName} is being moved by somebody else`, {
    reason: `it changed ${mostAttempts} times between reading and writing it`,
    remedy: 'Find out who deploys at the same time, then run this again.',
    refusal: 'refused',
  })
}

async function versionReady(
  tools: RolloutTools,
  lambda: Lambda,
  functionName: string,
  version: string,
): Promise<void> {
  await poll(tools, `version ${version} of ${functionName} to be ready`, async () => {
    const { state, reason } = await lambda.versionState(functionName, version)
    // An inactive one is made active again by the traffic itself.
    if (state === 'Active' || state === 'Inactive') return true
    if (state !== 'Failed') return undefined
    throw new UserError(`version ${version} of ${functionName} cannot run, so nothing was sent to it`, {
      reason: reason ?? 'Lambda says Failed, and no reason',
      remedy: 'Mend the artifact, release the next version, and pin that.',
      refusal: 'refused',
    })
  })
}

async function deployTasks(
  tools: RolloutTools,
  rollout: Rollout,
  outputs: EcsOutputs,
): Promise<'moved' | 'already done'> {
  const ecs = await tools.ecs()
  const ref: EcsRef = { cluster: outputs.cluster, service: outputs.serviceName }
  const before = primaryOf(rollout.target, ref, await ecs.deployments(ref))
  const moved = before.taskDefinition !== outputs.taskDefinition
  if (moved) await setTaskDefinition(ecs, ref, outputs.taskDefinition)
  const own = moved ? primaryOf(rollout.target, ref, await ecs.deployments(ref)) : before
  const wasDone = !moved && before.rollout === 'COMPLETED'
  if (!wasDone) await waitForDeployment(tools, ecs, ref, own.id, rollout, outputs)
  await verifyRunning(tools, ecs, ref, rollout, outputs)
  return wasDone ? 'already done' : 'moved'
}

/** Also when the answer was lost: what the service says now decides. */
async function setTaskDefinition(ecs: Ecs, ref: EcsRef, taskDefinition: string): Promise<void> {
  try {
    await ecs.setTaskDefinition(ref, taskDefinition)
  } catch (error) {
    const now = await ecs.deployments(ref)
    if (now?.some(one => one.taskDefinition === taskDefinition) !== true) throw error
  }
}

function primaryOf(
  target: PinnedTarget,
  { cluster, service }: EcsRef,
  all: Deployment[] | undefined,
): Deployment {
  const primary = all?.find(({ status }) => status === 'PRIMARY')
  if (primary !== undefined) return primary
  throw noPointer(target, `the cluster ${cluster} has no running service ${service}`)
}

async function waitForDeployment(
  tools: RolloutTools,
  ecs: Ecs,
  ref: EcsRef,
  id: string,
  { target }: Rollout,
  { taskDefinition }: EcsOutputs,
): Promise<void> {
  let own = id
  await poll(tools, `the deployment ${id} of ${ref.service}`, async () => {
    const judged = judgeDeployment((await ecs.deployments(ref)) ?? [], own, taskDefinition)
    if (judged.state === 'completed') return true
    if (judged.state === 'restarted') own = judged.id
    if (judged.state === 'rolled back')
      throw rolledBack(target, judged, await ecs.events(ref).catch(() => []))
    return undefined
  })
}

function rolledBack(
  target: PinnedTarget,
  { to, reason }: { to: string; reason: string },
  events: readonly string[],
): UserError {
  const last = events.slice(0, 5).map(event => `ECS: ${event}`)
  return new UserError(`${printTarget(target)} was rolled back by ECS: ${target.pin.tag} does not run`, {
    reason: [reason, `${to} runs`, ...last].join('\n'),
    remedy: `Look at the log of its tasks. make pin ENV=${target.environment} TAG=<the release before> ALLOW_OLDER=1, and release a mended version.`,
    refusal: 'rolledBack',
  })
}

/** A stable service is no proof: the running tasks' own digests are. */
async function verifyRunning(
  tools: RolloutTools,
  ecs: Ecs,
  ref: EcsRef,
  { target, record }: Rollout,
  { taskDefinition }: EcsOutputs,
): Promise<void> {
  const running = await ecs.runningDigests(ref, taskDefinition, target.service)
  const released = await releasedDigests(tools.stores, record)
  const other = running.find(digest => !released.includes(digest))
  if (other === undefined) return
  throw new UserError(`${printTarget(target)} does not run what was released as ${target.pin.tag}`, {
    reason: `a running task has ${other}, and the release is ${released[0]}`,
    remedy: `Find out who deployed it; make trace TAG=${target.pin.tag} shows every link.`,
    refusal: 'refused',
  })
}

/** The digest of a release, and of the images for each platform when it is an index: a task has one of those. */
async function releasedDigests(stores: Stores, record: ReleaseRecord): Promise<string[]> {
  const { artifact } = record
  if (artifact.type !== 'image') return [recordDigest(record)]
  const images = await (await stores.ecr()).find(artifact.repository, [artifact.tag])
  const manifest = images.get(artifact.tag)?.manifest ?? '{}'
  const { manifests = [] } = JSON.parse(manifest) as { manifests?: { digest: string }[] }
  return [artifact.digest, ...manifests.map(({ digest }) => digest)]
}

function noPointer(target: PinnedTarget, reason: string): UserError {
  return new UserError(`there is nothing to send the traffic of ${printTarget(target)} to`, {
    reason,
    remedy: 'Somebody has removed it. Run this again: the plan makes it anew.',
    refusal: 'refused',
  })
}

const firstPauseMs = 100
const longestPauseMs = 5000

/** Asks until there is an answer, more and more seldom. */
async function poll(tools: RolloutTools, what: string, ask: () => Promise<true | undefined>): Promise<void> {
  const from = tools.clock.now()
  for (let pause = firstPauseMs; (await ask()) === undefined; pause = Math.min(pause * 1.5, longestPauseMs)) {
    if (tools.signal.aborted) throw stoppedWaiting(what, 'this run was asked to end')
    if (tools.clock.now() - from > tools.waitMs)
      throw stoppedWaiting(what, `it took longer than ${tools.waitMs / 1000} s`)
    await tools.clock.sleep(pause)
  }
}

function stoppedWaiting(what: string, reason: string): UserError {
  return new UserError(`stopped waiting for ${what}`, {
    reason,
    remedy: 'It goes on by itself. Run this again to see how it ends; WAIT=30m waits longer.',
    refusal: 'cloud',
  })
}
