import { PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch'
import type { DeploymentConfiguration, ServiceDeployment } from '@aws-sdk/client-ecs'
import {
  ContinueServiceDeploymentCommand,
  type DeploymentLifecycleHookAction,
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  RegisterTaskDefinitionCommand,
  StopServiceDeploymentCommand,
} from '@aws-sdk/client-ecs'
import { DescribeRulesCommand, type ForwardActionConfig } from '@aws-sdk/client-elastic-load-balancing-v2'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { clientsFor } from '../clients.ts'
import type { Emulator } from '../emulator.ts'
import { refusedWith } from '../refused-with.ts'
import { cluster, ecsCalls, imageAt, startWithImages } from './calls.ts'

const listener = 'arn:aws:elasticloadbalancing:us-east-1:111111111111:listener/app/shared/1/2'
const minute = 60_000
const pause: DeploymentConfiguration = {
  lifecycleHooks: [
    {
      targetType: 'PAUSE',
      lifecycleStages: ['PRE_PRODUCTION_TRAFFIC_SHIFT'],
      timeoutConfiguration: { timeoutInMinutes: 30, action: 'ROLLBACK' },
    },
  ],
}
const linear: DeploymentConfiguration = {
  strategy: 'LINEAR',
  linearConfiguration: { stepPercent: 40, stepBakeTimeInMinutes: 10 },
  bakeTimeInMinutes: 5,
}
const canary: DeploymentConfiguration = {
  strategy: 'CANARY',
  canaryConfiguration: { canaryPercent: 12.5, canaryBakeTimeInMinutes: 10 },
  bakeTimeInMinutes: 5,
}

let emulator: Emulator
let clients: ReturnType<typeof clientsFor>
let service: string
let count = 0
let rules: { production: string; test: string }

beforeAll(async () => {
  emulator = await startWithImages('v1')
  clients = clientsFor(emulator)
  emulator.makeListener(listener, { vpc: 'vpc-1' })
})
beforeEach(() => {
  count += 1
  service = `shifted-${count}`
  const rule = (priority: number) => {
    const groups = { [`${service}-a`]: 100, [`${service}-b`]: 0 }
    return emulator.makeRule(listener, { priority, paths: [`/${priority}`], groups })
  }
  rules = { production: rule(count * 2), test: rule(count * 2 + 1) }
})
afterAll(() => emulator.close())

const { look, update, ...calls } = ecsCalls(() => ({ ecs: clients.ecs, service }))

async function weights(rule = rules.production): Promise<(number | undefined)[]> {
  const { Rules } = await clients.balancers.send(new DescribeRulesCommand({ RuleArns: [rule] }))
  return groupsIn(Rules?.[0]?.Actions?.[0]?.ForwardConfig).map(({ Weight }) => Weight)
}

const groupsIn = (config: ForwardActionConfig | undefined) =>
  [...(config?.TargetGroups ?? [])].sort((a, b) =>
    String(a.TargetGroupArn) < String(b.TargetGroupArn) ? -1 : 1,
  )

async function register(): Promise<string> {
  const portMappings = [{ containerPort: 8080 }]
  const containerDefinitions = [{ name: 'app', image: imageAt('v1'), memory: 128, portMappings }]
  const command = new RegisterTaskDefinitionCommand({ family: service, containerDefinitions })
  return (await clients.ecs.send(command)).taskDefinition?.taskDefinitionArn ?? ''
}

/** Creates a service that is complete, and begins a deployment of another task definition. */
async function begun(deploymentConfiguration: DeploymentConfiguration) {
  const { Rules } = await clients.balancers.send(new DescribeRulesCommand({ RuleArns: [rules.production] }))
  const [main, alternate] = groupsIn(Rules?.[0]?.Actions?.[0]?.ForwardConfig).map(one => one.TargetGroupArn)
  const advancedConfiguration = {
    alternateTargetGroupArn: alternate,
    productionListenerRule: rules.production,
    testListenerRule: rules.test,
    roleArn: 'arn:aws:iam::111111111111:role/balancer',
  }
  const loadBalancers = [
    { targetGroupArn: main, containerName: 'app', containerPort: 8080, advancedConfiguration },
  ]
  const first = await calls.create({ taskDefinition: await register(), loadBalancers })
  const second = await register()
  await update({ taskDefinition: second, deploymentConfiguration })
  return { first, second }
}

/** The deployment in progress, or the last one. */
async function seen(): Promise<ServiceDeployment> {
  const { currentServiceDeployment } = await look()
  arn = currentServiceDeployment ?? arn
  const asked = new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] })
  return (await clients.ecs.send(asked)).serviceDeployments?.[0] ?? {}
}
let arn = ''

/** The stage, the target's share as the deployment says it, and the rule's weights. */
async function standing() {
  const { lifecycleStage, targetServiceRevision, status } = await seen()
  const share = targetServiceRevision?.requestedProductionTrafficWeight
  return [status === 'IN_PROGRESS' ? lifecycleStage : status, share, ...(await weights())]
}

async function waitingHook(): Promise<string> {
  const hook = (await seen()).lifecycleHookDetails?.find(({ status }) => status === 'AWAITING_ACTION')
  return hook?.hookId ?? 'none'
}

async function proceed(action?: DeploymentLifecycleHookAction, hookId?: string) {
  const id = hookId ?? (await waitingHook())
  const input = { serviceDeploymentArn: arn, hookId: id, ...(action ? { action } : {}) }
  return await clients.ecs.send(new ContinueServiceDeploymentCommand(input))
}

describe('a linear deployment', () => {
  it('shifts its steps by the clock, bakes, and ends what ran before', async () => {
    const { second } = await begun(linear)
    expect(await standing()).toEqual(['PRODUCTION_TRAFFIC_SHIFT', 40, 60, 40])
    expect((await look()).deployments).toMatchObject([
      { taskDefinition: second, rolloutState: 'IN_PROGRESS', runningCount: 2 },
      { rolloutState: 'COMPLETED', runningCount: 2 },
    ])
    emulator.advanceClock(9 * minute)
    expect(await standing()).toEqual(['PRODUCTION_TRAFFIC_SHIFT', 40, 60, 40])
    emulator.advanceClock(minute)
    expect(await standing()).toEqual(['PRODUCTION_TRAFFIC_SHIFT', 80, 20, 80])
    emulator.advanceClock(10 * minute)
    expect(await standing()).toEqual(['BAKE_TIME', 100, 0, 100])
    emulator.advanceClock(5 * minute)
    expect(await standing()).toEqual(['SUCCESSFUL', 100, 0, 100])
    expect((await look()).deployments).toMatchObject([{ taskDefinition: second, runningCount: 2 }])
  })

  it('that nobody looked at was as far at each time as if somebody had', async () => {
    await begun(linear)
    await seen()
    emulator.advanceClock(24 * minute)
    expect(await standing()).toEqual(['BAKE_TIME', 100, 0, 100])
    emulator.advanceClock(minute)
    expect(await standing()).toEqual(['SUCCESSFUL', 100, 0, 100])
  })

  it('says the share of both revisions, and that the new one has all test traffic', async () => {
    await begun(linear)
    const { sourceServiceRevisions, targetServiceRevision } = await seen()
    expect(sourceServiceRevisions).toMatchObject([
      { requestedProductionTrafficWeight: 60, requestedTestTrafficWeight: 0, runningTaskCount: 2 },
    ])
    expect(targetServiceRevision).toMatchObject({ requestedTestTrafficWeight: 100, runningTaskCount: 2 })
    expect(await weights(rules.test)).toEqual([0, 100])
  })

  it('says in which target group each revision has its tasks', async () => {
    await begun(linear)
    const { sourceServiceRevisions, targetServiceRevision } = await seen()
    const arns = [sourceServiceRevisions?.[0]?.arn, targetServiceRevision?.arn].map(String)
    const asked = new DescribeServiceRevisionsCommand({ serviceRevisionArns: arns })
    const { serviceRevisions = [] } = await clients.ecs.send(asked)
    expect(serviceRevisions.map(one => one.resolvedConfiguration?.loadBalancers)).toEqual([
      [
        {
          targetGroupArn: expect.stringContaining(`/${service}-a/`),
          productionListenerRule: rules.production,
        },
      ],
      [
        {
          targetGroupArn: expect.stringContaining(`/${service}-b/`),
          productionListenerRule: rules.production,
        },
      ],
    ])
  })

  it('goes the other way the next time, since the target groups alternate', async () => {
    await begun({ ...linear, bakeTimeInMinutes: 0 })
    await seen()
    emulator.advanceClock(20 * minute)
    expect(await standing()).toEqual(['SUCCESSFUL', 100, 0, 100])
    await update({ taskDefinition: await register() })
    expect(await standing()).toEqual(['PRODUCTION_TRAFFIC_SHIFT', 40, 40, 60])
  })

  it('writes its rule only when it shifts, so what another writes stays until then', async () => {
    await begun(linear)
    await seen()
    const groups = { [`${service}-a`]: 1, [`${service}-b`]: 1 }
    emulator.makeRule(listener, { priority: count * 2, paths: ['/other'], groups })
    emulator.advanceClock(9 * minute)
    expect(await standing()).toEqual(['PRODUCTION_TRAFFIC_SHIFT', 40, 1, 1])
    emulator.advanceClock(minute)
    expect(await standing()).toEqual(['PRODUCTION_TRAFFIC_SHIFT', 80, 20, 80])
  })
})

describe('other strategies', () => {
  it('canary: a part that can be tenths of a percent, and then everything', async () => {
    await begun(canary)
    expect(await standing()).toEqual(['PRODUCTION_TRAFFIC_SHIFT', 12.5, 875, 125])
    emulator.advanceClock(10 * minute)
    expect(await standing()).toEqual(['BAKE_TIME', 100, 0, 100])
  })

  it('blue/green: everything at once, and a time in which the old tasks still run', async () => {
    await begun({ strategy: 'BLUE_GREEN', bakeTimeInMinutes: 5 })
    expect(await standing()).toEqual(['BAKE_TIME', 100, 0, 100])
    expect((await look()).runningCount).toBe(4)
    emulator.advanceClock(5 * minute)
    expect((await look()).runningCount).toBe(2)
  })

  it('rolling: it touches no rule and has no shares, but it bakes, too', async () => {
    const { second } = await begun({ strategy: 'ROLLING', bakeTimeInMinutes: 5 })
    expect(await standing()).toEqual(['BAKE_TIME', undefined, 100, 0])
    expect((await look()).deployments?.[0]).toMatchObject({ taskDefinition: second, runningCount: 2 })
    emulator.advanceClock(5 * minute)
    expect(await standing()).toEqual(['SUCCESSFUL', undefined, 100, 0])
  })

  it('begun before the last was over: it takes back the traffic of that one first', async () => {
    const { first } = await begun(linear)
    expect(await standing()).toEqual(['PRODUCTION_TRAFFIC_SHIFT', 40, 60, 40])
    const stopped = arn
    const third = await register()
    await update({ taskDefinition: third, deploymentConfiguration: pause })
    expect(await standing()).toEqual(['PRE_PRODUCTION_TRAFFIC_SHIFT', 0, 100, 0])
    expect((await look()).deployments).toMatchObject([{ taskDefinition: third }, { taskDefinition: first }])
    const asked = new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [stopped] })
    expect((await clients.ecs.send(asked)).serviceDeployments).toMatchObject([{ status: 'STOPPED' }])
  })
})

describe('a hook that pauses', () => {
  it('comes before every step, each time with an id of its own, and goes on when it is told', async () => {
    await begun({ ...linear, ...pause, linearConfiguration: { stepPercent: 50, stepBakeTimeInMinutes: 0 } })
    expect(await standing()).toEqual(['PRE_PRODUCTION_TRAFFIC_SHIFT', 0, 100, 0])
    const first = await waitingHook()
    expect(first).toMatch(/^ecs-pause-[\w-]{43}$/)
    expect(await proceed()).toMatchObject({ serviceDeploymentArn: arn })
    expect(await standing()).toEqual(['PRE_PRODUCTION_TRAFFIC_SHIFT', 50, 50, 50])
    expect(await waitingHook()).not.toBe(first)
    await proceed('CONTINUE')
    expect(await standing()).toEqual(['BAKE_TIME', 100, 0, 100])
    expect((await seen()).lifecycleHookDetails).toMatchObject([
      { hookId: first, targetType: 'PAUSE', status: 'SUCCEEDED' },
      { status: 'SUCCEEDED' },
    ])
  })

  it('goes back when it is told, to the old tasks and all their traffic', async () => {
    const { first } = await begun({ ...canary, ...pause })
    await seen()
    await proceed()
    emulator.advanceClock(10 * minute)
    expect(await standing()).toEqual(['PRE_PRODUCTION_TRAFFIC_SHIFT', 12.5, 875, 125])
    await proceed('ROLLBACK')
    expect(await weights()).toEqual([100, 0])
    expect(await seen()).toMatchObject({
      status: 'ROLLBACK_SUCCESSFUL',
      statusReason: 'ECS deployment lifecycle hook: rolled back by a user.',
    })
    expect((await look()).deployments).toMatchObject([{ taskDefinition: first, runningCount: 2 }])
  })

  it('goes back by itself when its time is up', async () => {
    await begun({ ...canary, ...pause })
    const details = (await seen()).lifecycleHookDetails?.[0]
    expect(details).toMatchObject({ status: 'AWAITING_ACTION', timeoutAction: 'ROLLBACK' })
    const left = Number(details?.expiresAt) - emulator.now()
    expect([left > 29 * minute, left <= 30 * minute]).toEqual([true, true])
    emulator.advanceClock(29 * minute)
    expect(await waitingHook()).toBe(details?.hookId)
    emulator.advanceClock(minute)
    await look()
    expect(await weights()).toEqual([100, 0])
    expect(await seen()).toMatchObject({
      status: 'ROLLBACK_SUCCESSFUL',
      lifecycleHookDetails: [{ status: 'TIMED_OUT' }],
    })
  })

  it('goes on by itself when it is configured to', async () => {
    const [hook] = pause.lifecycleHooks ?? []
    const timeoutConfiguration = { timeoutInMinutes: 1, action: 'CONTINUE' } as const
    await begun({ ...canary, lifecycleHooks: [{ ...hook, timeoutConfiguration }] })
    await seen()
    emulator.advanceClock(minute)
    expect(await standing()).toEqual(['PRODUCTION_TRAFFIC_SHIFT', 12.5, 875, 125])
  })

  it('waits a day and then goes back, unless it says otherwise', async () => {
    const lifecycleStages = ['PRE_SCALE_UP' as const, 'POST_TEST_TRAFFIC_SHIFT' as const]
    await begun({ ...canary, lifecycleHooks: [{ targetType: 'PAUSE', lifecycleStages }] })
    expect((await seen()).lifecycleStage).toBe('PRE_SCALE_UP')
    await proceed()
    expect(await standing()).toEqual(['POST_TEST_TRAFFIC_SHIFT', 0, 100, 0])
    emulator.advanceClock(1439 * minute)
    expect((await seen()).lifecycleStage).toBe('POST_TEST_TRAFFIC_SHIFT')
    emulator.advanceClock(minute)
    expect((await seen()).status).toBe('ROLLBACK_SUCCESSFUL')
  })

  it('is not there for the first deployment, and a function is taken to have succeeded', async () => {
    const [hook] = pause.lifecycleHooks ?? []
    const targetArn = 'arn:aws:lambda:us-east-1:111111111111:function:check'
    const lambda = { hookTargetArn: targetArn, roleArn: 'arn:aws:iam::111111111111:role/hook' }
    await begun({ ...canary, lifecycleHooks: [{ ...lambda, lifecycleStages: hook?.lifecycleStages }] })
    expect((await seen()).lifecycleHookDetails).toMatchObject([
      { targetType: 'AWS_LAMBDA', targetArn, status: 'SUCCEEDED' },
    ])
  })
})

describe('ContinueServiceDeployment refuses', () => {
  const refusal = (message: string) => refusedWith('InvalidParameterException', message)

  it('a deployment that does not exist', async () => {
    const missing = `arn:aws:ecs:us-east-1:111111111111:service-deployment/${cluster}/${service}/none`
    const call = clients.ecs.send(
      new ContinueServiceDeploymentCommand({ serviceDeploymentArn: missing, hookId: 'a' }),
    )
    await expect(call).rejects.toMatchObject(refusedWith('ServiceDeploymentNotFoundException', 'not found'))
  })

  it('an unknown hook, one that was continued already, and an unknown action', async () => {
    await begun({ ...canary, ...pause })
    const hook = await waitingHook()
    await expect(proceed('CONTINUE', 'ecs-pause-none')).rejects.toMatchObject(refusal('no lifecycle hook'))
    const other = proceed('STOP' as DeploymentLifecycleHookAction)
    await expect(other).rejects.toMatchObject(refusal("Value 'STOP' at 'action'"))
    await proceed()
    await expect(proceed('CONTINUE', hook)).rejects.toMatchObject(refusal('is SUCCEEDED'))
    await expect(proceed('ROLLBACK', hook)).rejects.toMatchObject(refusal('is SUCCEEDED'))
  })

  it('a deployment that has ended, or is on its way back', async () => {
    await begun({ ...canary, ...pause })
    const hook = await waitingHook()
    await clients.ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn: arn }))
    await expect(proceed('CONTINUE', hook)).rejects.toMatchObject(refusal('cannot be continued'))
    await look()
    await expect(proceed('CONTINUE', hook)).rejects.toMatchObject(refusal('is ROLLBACK_SUCCESSFUL'))
  })
})

describe('an alarm', () => {
  const alarms = { alarmNames: ['shifts'], enable: true, rollback: true }
  beforeEach(async () => {
    const metric = { Namespace: 'a', MetricName: 'b', Statistic: 'Sum', Period: 60, Threshold: 1 } as const
    const rule = { EvaluationPeriods: 1, ComparisonOperator: 'GreaterThanThreshold' } as const
    await clients.cloudwatch.send(new PutMetricAlarmCommand({ AlarmName: 'shifts', ...metric, ...rule }))
    emulator.holdAlarm({ name: 'shifts', hold: 'OK' })
  })

  it.each([
    ['in a step', 0],
    ['in the bake time', 20 * minute],
  ])('takes all traffic back %s', async (_, after) => {
    const { first } = await begun({ ...linear, alarms })
    await seen()
    emulator.advanceClock(after)
    await seen()
    emulator.holdAlarm({ name: 'shifts', hold: 'ALARM' })
    await look()
    expect(await weights()).toEqual([100, 0])
    expect(await weights(rules.test)).toEqual([100, 0])
    expect(await seen()).toMatchObject({
      status: 'ROLLBACK_SUCCESSFUL',
      targetServiceRevision: { requestedProductionTrafficWeight: 0 },
    })
    expect((await look()).deployments).toMatchObject([{ taskDefinition: first, runningCount: 2 }])
  })

  it('ends a pause', async () => {
    await begun({ ...canary, ...pause, alarms })
    await seen()
    emulator.holdAlarm({ name: 'shifts', hold: 'ALARM' })
    await look()
    expect(await seen()).toMatchObject({
      status: 'ROLLBACK_SUCCESSFUL',
      lifecycleHookDetails: [{ status: 'FAILED' }],
    })
  })
})
