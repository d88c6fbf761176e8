import type { AwsSettings } from '../../../aws/io/calls.ts'
import { type Mover, mainOf, type Pointer, type Standing } from '../../io/mover.ts'
import type { EcsApplied } from '../applied.ts'
import { type Deployment, fallbackFor, judgeDeployment, primaryOf } from '../deployment.ts'
import { printTaskDefinition } from '../names.ts'
import { connectEcs, type Ecs, type EcsRef, type EcsStanding, refOf } from './client.ts'
import { shiftingOf } from './shifting.ts'

/** Moves the traffic of ECS services: gives a service another task definition, and ECS does the rest. */
export async function connectEcsServices(settings: AwsSettings): Promise<Mover<EcsApplied>> {
  const ecs = await connectEcs(settings)
  return {
    look: async applied => pointerOf(primaryOf((await ecs.deployments(refOf(applied))) ?? [])),
    // ECS itself waits until the tasks are healthy.
    ready: async () => ({ state: 'ready' }),
    send: (applied, revision, seen) => setTaskDefinition(ecs, refOf(applied), revision, seen),
    async progress(applied, { revision, seen }) {
      const ref = refOf(applied)
      const judged = judgeDeployment((await ecs.deployments(ref)) ?? [], {
        revision,
        before: seen && mainOf(seen),
      })
      if (judged.state !== 'went back') return judged
      const said = (await ecs.events(ref).catch(() => [])).slice(0, mostEvents).map(event => `ECS: ${event}`)
      return { ...judged, why: [judged.why, ...said].join('\n') }
    },
    stand: async applied => standingOf(ecs, refOf(applied), await ecs.stand(refOf(applied))),
    async serving(applied, revision) {
      const ref = refOf(applied)
      const running = await ecs.runningDigests(ref, revision, applied)
      if (running.length > 0) return running
      return primaryOf((await ecs.deployments(ref)) ?? [])?.desired === 0 ? 'none wanted' : []
    },
    shifting: shiftingOf(settings),
  }
}

const mostEvents = 5

function pointerOf(primary: Deployment | undefined): Pointer | undefined {
  if (primary === undefined) return undefined
  const { id, taskDefinition } = primary
  return {
    shares: { [taskDefinition]: 100 },
    guard: id,
    says: `ECS runs ${printTaskDefinition(taskDefinition)}`,
  }
}

/** ECS has no conditional write, so this looks again right before it writes, and after a write whose answer was lost. */
async function setTaskDefinition(
  ecs: Ecs,
  ref: EcsRef,
  taskDefinition: string,
  { guard }: Pointer,
): Promise<'sent' | 'moved by another'> {
  if (primaryOf((await ecs.deployments(ref)) ?? [])?.id !== guard) return 'moved by another'
  try {
    await ecs.setTaskDefinition(ref, taskDefinition)
  } catch (error) {
    const now = primaryOf((await ecs.deployments(ref)) ?? [])
    if (now?.taskDefinition !== taskDefinition) throw error
  }
  return 'sent'
}

function standingOf(ecs: Ecs, ref: EcsRef, seen: EcsStanding | undefined): Standing | undefined {
  const primary = seen && primaryOf(seen.deployments)
  const pointer = pointerOf(primary)
  if (seen === undefined || primary === undefined || pointer === undefined) return undefined
  return {
    pointer,
    account: seen.arn?.split(':')[4],
    fallback: async () => fallbackFor(await ecs.successful(ref), primary.taskDefinition),
    async sendBack(taskDefinition) {
      try {
        return await sendBack(ecs, ref, taskDefinition, seen)
      } catch (error) {
        // The answer may have been lost, so what ECS deploys now decides.
        const now = primaryOf((await ecs.deployments(ref)) ?? [])
        if (now?.taskDefinition !== taskDefinition) throw error
        return 'sent'
      }
    },
  }
}

/** Stops the deployment in progress if that leads back to the task definition; deploys it at once otherwise. */
async function sendBack(
  ecs: Ecs,
  ref: EcsRef,
  taskDefinition: string,
  { deployments, inProgress, configuration }: EcsStanding,
): Promise<'sent' | 'gone'> {
  const primary = primaryOf(deployments)
  // ECS rolls back to the last deployment that was complete (Amazon ECS API reference, StopServiceDeployment).
  const former = deployments.find(one => one !== primary && one.rollout === 'COMPLETED')
  const leadsBack = primary?.rollout === 'IN_PROGRESS' && former?.taskDefinition === taskDefinition
  if (leadsBack && inProgress !== undefined && (await ecs.stopDeployment(inProgress))) return 'sent'
  return (await ecs.setAtOnce(ref, taskDefinition, configuration)) ? 'sent' : 'gone'
}
