import type { Stores } from '../../../artifacts/io/stores.ts'
import { UserError } from '../../../base/user-error.ts'
import { printTarget } from '../../../names/target.ts'
import type { PinnedTarget } from '../../../pin/io/pinned.ts'
import { type ReleaseRecord, recordDigest } from '../../../release/record.ts'
import { rolloutErrors } from '../../../rollout/errors.ts'
import type { StackOutputs } from '../../../stack/synth-input.ts'
import { type Deadline, noPointer, poll, type Rollout, type RolloutTools } from '../../io/tools.ts'
import { type Deployment, judgeDeployment } from '../../rollout.ts'
import type { Ecs, EcsRef } from './client.ts'

type EcsOutputs = Extract<StackOutputs, { kind: 'ecs' }>

/** Gives a service the task definition that was applied, and watches the deployment to its true end. */
export async function deployTasks(
  tools: RolloutTools,
  deadline: Deadline,
  rollout: Rollout,
  outputs: EcsOutputs,
): Promise<'moved' | 'already done'> {
  const ecs = await tools.ecs()
  const ref: EcsRef = { cluster: outputs.cluster, service: outputs.serviceName }
  const before = primaryOf(rollout.target, ref, await ecs.deployments(ref))
  const moved = before.taskDefinition !== outputs.taskDefinition
  const own = moved
    ? primaryOf(rollout.target, ref, await setTaskDefinition(ecs, ref, outputs.taskDefinition))
    : before
  const wasDone = !moved && before.rollout === 'COMPLETED'
  const watched = { id: own.id, before: moved ? before.taskDefinition : undefined }
  if (!wasDone) await waitForDeployment(tools, deadline, ecs, ref, watched, rollout, outputs)
  await verifyRunning(tools, deadline, ecs, ref, rollout, outputs)
  return wasDone ? 'already done' : 'moved'
}

/** Also when the answer was lost: what the service says now decides. */
async function setTaskDefinition(ecs: Ecs, ref: EcsRef, taskDefinition: string): Promise<Deployment[]> {
  try {
    return await ecs.setTaskDefinition(ref, taskDefinition)
  } catch (error) {
    const now = (await ecs.deployments(ref)) ?? []
    const primary = now.find(({ status }) => status === 'PRIMARY')
    if (primary?.taskDefinition !== taskDefinition) throw error
    return now
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

/** A deployment, and the task definition that ran before it, where this run has seen that. */
type Watched = { readonly id: string; readonly before: string | undefined }

async function waitForDeployment(
  tools: RolloutTools,
  deadline: Deadline,
  ecs: Ecs,
  ref: EcsRef,
  { id, before }: Watched,
  { target }: Rollout,
  { taskDefinition }: EcsOutputs,
): Promise<void> {
  let own = id
  await poll(tools, deadline, `the deployment ${id} of ${ref.service}`, async () => {
    const judged = judgeDeployment((await ecs.deployments(ref)) ?? [], own, taskDefinition)
    if (judged.state === 'completed') return true
    if (judged.state === 'restarted') own = judged.id
    if (judged.state === 'rolled back' && isAnothers(judged.to, before)) throw replaced(target, judged.to)
    if (judged.state === 'rolled back')
      throw rolledBack(target, judged, await ecs.events(ref).catch(() => []))
    return undefined
  })
}

/** ECS itself goes back to what ran before, and to nothing else. */
function isAnothers(runs: string, before: string | undefined): boolean {
  return before !== undefined && runs !== before && runs !== 'nothing'
}

function replaced(target: PinnedTarget, runs: string): UserError {
  return new UserError(
    rolloutErrors['rollout-moved'],
    `somebody else has deployed ${printTarget(target)} since`,
    {
      cause: `ECS runs ${runs}, which is neither what was applied nor what ran before`,
      remedy: `Find out who deploys at the same time; make plan ENV=${target.environment} SERVICE=${target.service} ALL=1 shows how it stands.`,
    },
  )
}

function rolledBack(
  target: PinnedTarget,
  { to, reason }: { to: string; reason: string },
  events: readonly string[],
): UserError {
  const last = events.slice(0, 5).map(event => `ECS: ${event}`)
  return new UserError(
    rolloutErrors['rollout-rolled-back'],
    `${printTarget(target)} was rolled back by ECS: ${target.pin.tag} does not run`,
    {
      cause: [reason, `${to} runs`, ...last].join('\n'),
      remedy: `Look at the log of its tasks. make pin ENV=${target.environment} TAG=<the release before> ALLOW_OLDER=1, and release a mended version.`,
    },
  )
}

/** A stable service is no proof: the running tasks' own digests are. */
async function verifyRunning(
  tools: RolloutTools,
  deadline: Deadline,
  ecs: Ecs,
  ref: EcsRef,
  { target, record }: Rollout,
  { taskDefinition }: EcsOutputs,
): Promise<void> {
  const released = await releasedDigests(tools.stores, record)
  await poll(tools, deadline, `the digests of the running tasks of ${ref.service}`, async () => {
    const running = await ecs.runningDigests(ref, taskDefinition, target.service)
    const other = running.find(digest => digest !== undefined && !released.includes(digest))
    if (other !== undefined) throw runsAnother(target, other, released)
    if (running.includes(undefined)) return undefined
    if (running.length > 0) return true
    const all = await ecs.deployments(ref)
    // Nothing is to run where nothing is wanted.
    return all?.find(({ status }) => status === 'PRIMARY')?.desired === 0 || undefined
  })
}

function runsAnother(target: PinnedTarget, other: string, released: readonly string[]): UserError {
  return new UserError(
    rolloutErrors['rollout-digest'],
    `${printTarget(target)} does not run what was released as ${target.pin.tag}`,
    {
      cause: `a running task has ${other}, and the release is ${released[0]}`,
      remedy: `Find out who deployed it; make trace TAG=${target.pin.tag} shows every link.`,
    },
  )
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
