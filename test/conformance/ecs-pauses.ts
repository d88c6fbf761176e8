import { setTimeout as sleep } from 'node:timers/promises'
import type {
  DeploymentLifecycleHook,
  DeploymentLifecycleHookAction,
  DeploymentLifecycleHookStage,
  ServiceDeployment,
  UpdateServiceCommandInput,
} from '@aws-sdk/client-ecs'
import {
  ContinueServiceDeploymentCommand,
  DescribeServiceDeploymentsCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs'
import { expect } from 'vitest'
import type { Case } from './ecs-services.ts'
import { complete, nameOf, oneDeployment, publicImage, register, seen } from './ecs-services.ts'
import type { Expectation } from './expectation.ts'
import { refused } from './refusal.ts'
import type { Target } from './target.ts'

const row = 'ecs-pauses'
const service = 'ecs'
const longestMs = 180_000
const pollMs = 250
const guide = 'Amazon ECS Developer Guide, Pause hooks for Amazon ECS service deployments'

/** What a rollout on ECS is stepped by. Without a load balancer blue/green has the same stages, and shifts nothing. */
export const ecsPauses: Expectation[] = [
  {
    title: 'a hook that pauses has an id in lifecycleHookDetails, and goes on once when it is told',
    row,
    service,
    source: `${guide}; Amazon ECS API Reference, ContinueServiceDeployment`,
    run: async target => {
      await oneDeployment(target, 'pause')
      const { second, arn } = await paused(target, 'pause', 'POST_SCALE_UP')
      const waiting = await awaiting(target, arn)
      expect(waiting).toMatchObject({
        targetType: 'PAUSE',
        timeoutAction: 'ROLLBACK',
        hookId: expect.any(String),
      })
      const minutes = (Number(waiting.expiresAt) - Date.now()) / 60_000
      expect(Math.abs(minutes - timeoutInMinutes)).toBeLessThan(5)
      const missing = resume(target, arn, 'ecs-pause-none', 'CONTINUE')
      expect(await refused(missing)).toMatchObject({ name: 'InvalidParameterException', status: 400 })
      expect(await resume(target, arn, waiting.hookId, 'CONTINUE')).toMatchObject({
        serviceDeploymentArn: arn,
      })
      await complete(target, 'pause', second)
      const again = resume(target, arn, waiting.hookId, 'CONTINUE')
      expect(await refused(again)).toMatchObject({ name: 'InvalidParameterException', status: 400 })
    },
  },
  {
    title: 'a hook that pauses goes back to the task definition before when it is told',
    row,
    service,
    source: 'Amazon ECS Developer Guide, Continuing service deployments',
    run: async target => {
      const { first } = await oneDeployment(target, 'back')
      const { arn } = await paused(target, 'back', 'PRE_SCALE_UP')
      const { hookId } = await awaiting(target, arn)
      await resume(target, arn, hookId, 'ROLLBACK')
      await complete(target, 'back', first)
      expect((await describe(target, arn)).status).toBe('ROLLBACK_SUCCESSFUL')
    },
  },
  {
    title: 'a hook that pauses is refused at PRODUCTION_TRAFFIC_SHIFT and TEST_TRAFFIC_SHIFT',
    row,
    service,
    source: 'Amazon ECS API Reference, DeploymentLifecycleHook, lifecycleStages',
    run: async target => {
      await oneDeployment(target, 'refused')
      for (const stage of ['PRODUCTION_TRAFFIC_SHIFT', 'TEST_TRAFFIC_SHIFT'] as const) {
        const call = target.ecs.send(new UpdateServiceCommand(pausing(target, 'refused', stage)))
        expect(await refused(call)).toMatchObject({ name: 'InvalidParameterException', status: 400 })
      }
    },
  },
]

const timeoutInMinutes = 30

function pausing(target: Target, one: Case, stage: DeploymentLifecycleHookStage): UpdateServiceCommandInput {
  const timeoutConfiguration = { timeoutInMinutes, action: 'ROLLBACK' } as const
  const hook: DeploymentLifecycleHook = {
    targetType: 'PAUSE',
    lifecycleStages: [stage],
    timeoutConfiguration,
  }
  return {
    cluster: target.names.cluster,
    service: nameOf(target, one),
    deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0, lifecycleHooks: [hook] },
  }
}

/** Begins a deployment of a service that pauses at a stage. */
async function paused(target: Target, one: Case, stage: DeploymentLifecycleHookStage) {
  const second = await register(target, one, publicImage)
  const update = { ...pausing(target, one, stage), taskDefinition: second }
  await target.ecs.send(new UpdateServiceCommand(update))
  const { currentServiceDeployment: arn = '' } = await seen(target, one, it => !!it.currentServiceDeployment)
  return { second, arn }
}

async function describe({ ecs }: Target, arn: string): Promise<ServiceDeployment> {
  const asked = new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] })
  return (await ecs.send(asked)).serviceDeployments?.[0] ?? {}
}

/** The hook that a deployment waits for, once there is one. */
async function awaiting(target: Target, arn: string) {
  for (let waited = 0; waited <= longestMs; waited += pollMs) {
    const { lifecycleHookDetails = [] } = await describe(target, arn)
    const found = lifecycleHookDetails.find(({ status }) => status === 'AWAITING_ACTION')
    if (found) return found
    await sleep(pollMs)
  }
  throw new Error(`${arn} does not pause within ${longestMs / 1000} s`)
}

function resume(
  { ecs }: Target,
  serviceDeploymentArn: string,
  hookId: string | undefined,
  action: DeploymentLifecycleHookAction,
) {
  return ecs.send(new ContinueServiceDeploymentCommand({ serviceDeploymentArn, hookId, action }))
}
