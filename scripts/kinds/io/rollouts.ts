import type { AwsSettings } from '../../aws/io/calls.ts'
import type { ServiceConfig } from '../../catalogue/service-config.ts'
import type { StackOutputs } from '../../stack/synth-input.ts'
import { connectEcs, type Ecs } from '../ecs/io/client.ts'
import { deployTasks } from '../ecs/io/rollout.ts'
import { connectLambda, type Lambda } from '../lambda/io/client.ts'
import { moveAlias } from '../lambda/io/rollout.ts'
import { decideAlias } from '../rollout.ts'
import type { Rollout, RolloutTools } from './tools.ts'

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

/** Connects to what the rollouts of services will ask, while something else goes on. */
export function connectAhead(tools: RolloutTools, services: readonly (ServiceConfig | undefined)[]): void {
  for (const kind of new Set(services.map(service => service?.kind))) {
    // Whoever needs the connection awaits it, and hears then of what went wrong.
    const ahead = kind === 'ecs-service' ? tools.ecs() : tools.lambda()
    ahead.catch(() => undefined)
  }
}

/** Where the traffic goes now: the version or task definition, as a person reads it, and whether it is what was applied. */
export type Pointer = { readonly isApplied: boolean; readonly says: string }

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

// For tasks to start and a load balancer to find them healthy, or for a version to become active.
const leastMinutes = 15

/** Moves the traffic to what was applied and waits until it has arrived; answers whether anything was moved. */
export async function rollOut(tools: RolloutTools, rollout: Rollout): Promise<'moved' | 'already done'> {
  const { outputs, strategyMinutes = 0 } = rollout
  const ms = tools.waitMs ?? (leastMinutes + strategyMinutes) * 60_000
  const deadline = { from: tools.clock.now(), ms }
  return outputs.kind === 'lambda'
    ? await moveAlias(tools, deadline, rollout, outputs)
    : await deployTasks(tools, deadline, rollout, outputs)
}
