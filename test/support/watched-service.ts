import { createServer, type ServerResponse } from 'node:http'
import {
  CreateServiceCommand,
  type DeploymentConfiguration,
  DescribeServicesCommand,
  RegisterTaskDefinitionCommand,
  type Service,
  StopServiceDeploymentCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs'
import { DescribeRulesCommand, RegisterTargetsCommand } from '@aws-sdk/client-elastic-load-balancing-v2'
import { connectCloudWatch } from '../../scripts/aws/io/cloudwatch.ts'
import { unwrap } from '../../scripts/base/attempt.ts'
import type { Clock } from '../../scripts/base/clock.ts'
import type { EcsApplied } from '../../scripts/kinds/ecs-service/applied.ts'
import type { Deployment, Who } from '../../scripts/ledger/entry.ts'
import type { Ledger } from '../../scripts/ledger/io/ledger.ts'
import type { Digest } from '../../scripts/names/digest.ts'
import type { ServiceName } from '../../scripts/names/service-name.ts'
import type { Deadlines } from '../../scripts/rollout/io/deadlines.ts'
import { openJournal } from '../../scripts/rollout/io/journal.ts'
import { rollOut } from '../../scripts/rollout/io/roll-out.ts'
import type { RolloutTools } from '../../scripts/rollout/io/run.ts'
import type { Rollout, RolloutResult } from '../../scripts/rollout/rollout.ts'
import { criteriaSchema } from '../../scripts/strategy/criteria.ts'
import { phasesIn } from '../../scripts/strategy/parse-strategy.ts'
import type { RolloutPlan } from '../../scripts/strategy/plan.ts'
import { bind, closeServer } from '../emulator/pipeline/http-server.ts'
import { sampleImage } from '../emulator/sample-image.ts'
import { account, region, type Stand, startStand } from '../scripts/kinds/io/stands/stand.ts'
import { settingsOf } from './aws-settings.ts'
import { eventsOf, ledgersIn, makeLedgerBucket } from './ledger.ts'

/** A service behind a load balancer whose first task definition is verified, and whose second was just applied. */
export type WatchedService = {
  readonly stand: Stand
  readonly ledger: Ledger
  readonly rollout: Rollout & { readonly applied: EcsApplied }
  /** The task definition that ran first. */
  readonly first: string
  /** Goes on by itself as the rollout sleeps, and with it all of AWS and the traffic. */
  readonly clock: Clock
  /** Requests per minute, and the share of them that each task definition fails, from 0 to 1. */
  readonly traffic: { perMinute: number; fails: Record<string, number> }
  run(more?: Partial<RolloutTools>, of?: Rollout): Promise<RolloutResult>
  /** The weights of the two target groups by the rule. */
  weights(): Promise<number[]>
  /** Every pair of weights that the rule had when a rollout slept, without repetitions. */
  readonly seen: string[]
  /** Writes the weights as somebody else would. */
  setWeights(first: number, second: number): void
  /** The service as ECS describes it. */
  service(): Promise<Service>
  events(): Promise<string[]>
  /** When each entry of the ledger was written, in ms. */
  times(): Promise<number[]>
  /** The rollout of a third task definition. */
  another(): Promise<WatchedService['rollout']>
  /** Deploys a task definition as somebody else would. */
  deployByHand(taskDefinition: string): Promise<void>
  /** Ends the deployment in progress as somebody else would. */
  stopDeployment(): Promise<void>
  /** Lifts the hold on the service. */
  resume(): Promise<void>
  /** Answers the requests that reach the new tasks through the test listener. */
  answerTests(answer: (response: ServerResponse) => void): Promise<void>
  readonly place: { readonly cluster: string; readonly service: string }
  atSleep(count: number, act: () => unknown): void
  close(): Promise<void>
}

const who: Who = { arn: 'arn:aws:iam::222222222222:user/alice' }
const cluster = 'watched'
const name = 'service-a-staging'
const testListener = `arn:aws:elasticloadbalancing:${region}:${account}:listener/app/shared/1/3`
const listener = `arn:aws:elasticloadbalancing:${region}:${account}:listener/app/shared/1/2`

type Circumstances = {
  /** How long tasks take to start, in ms; they run as soon as somebody looks by default. */
  readonly startMs?: number
  /** Who ends what nobody else does. */
  readonly deadlines?: (stand: Stand) => Promise<Deadlines>
}

/** Makes such a world, with a plan such as `5%/15m, 100%/10m`. */
export async function watchedService(
  strategy: string,
  more: Partial<RolloutPlan> = {},
  { startMs = 0, deadlines: connectDeadlines }: Circumstances = {},
): Promise<WatchedService> {
  const stand = await startStand({ clusters: [cluster], ecsDeploymentMs: startMs })
  const { emulator, clients } = stand
  await makeLedgerBucket(emulator, account)
  emulator.makeListener(listener, { vpc: 'vpc-1' })
  const setWeights = (first: number, second: number) => ruleOf(listener, first, second)
  const ruleOf = (on: string, first: number, second: number) =>
    emulator.makeRule(on, {
      priority: 1,
      paths: ['/a'],
      groups: { [name]: first, [`${name}-alt`]: second },
    })
  const rule = setWeights(100, 0)
  emulator.makeListener(testListener, { vpc: 'vpc-1' })
  const testRule = ruleOf(testListener, 100, 0)
  const groupsNow = async () => {
    // No rollout asks for all rules of a listener, so these requests are told apart from a rollout's.
    const asked = new DescribeRulesCommand({ ListenerArn: listener })
    const { Rules } = await clients.balancers.send(asked)
    const groups =
      Rules?.find(({ RuleArn }) => RuleArn === rule)?.Actions?.[0]?.ForwardConfig?.TargetGroups ?? []
    return groups.toSorted(
      (a, b) => Number(a.TargetGroupArn?.includes('-alt/')) - Number(b.TargetGroupArn?.includes('-alt/')),
    )
  }
  const weights = async () => (await groupsNow()).map(({ Weight = 0 }) => Weight)
  const [main = '', alternate = ''] = (await groupsNow()).map(({ TargetGroupArn = '' }) => TargetGroupArn)
  const first = await register('1.0.0')
  const advancedConfiguration = {
    alternateTargetGroupArn: alternate,
    productionListenerRule: rule,
    testListenerRule: testRule,
    roleArn: `arn:aws:iam::${account}:role/balancer`,
  }
  const balancer = { targetGroupArn: main, containerName: 'service-a', containerPort: 8080 }
  await clients.ecs.send(
    new CreateServiceCommand({
      cluster,
      serviceName: name,
      taskDefinition: first,
      desiredCount: 2,
      loadBalancers: [{ ...balancer, advancedConfiguration }],
      deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0 },
    }),
  )
  const service = async () => {
    const command = new DescribeServicesCommand({ cluster, services: [name] })
    return (await clients.ecs.send(command)).services?.[0] ?? {}
  }
  emulator.advanceClock(startMs)
  await service()
  const revision = await register('1.1.0')
  const rollout = rolloutOf(revision, {
    phases: phasesIn(strategy),
    criteria: criteriaSchema.parse({}),
    alarms: [],
    ...more,
  })
  const traffic: WatchedService['traffic'] = { perMinute: 600, fails: {} }
  const acts: { left: number; act: () => unknown }[] = []
  const seen: string[] = []
  const closing: (() => Promise<unknown>)[] = []
  const rests = new Map<string, number>()
  const clock: Clock = {
    now: () => emulator.now(),
    date: () => new Date(emulator.now()),
    random: () => 0.5,
    async sleep(ms) {
      // The batches of questions to CloudWatch wait, too, but not for time to pass.
      if (ms < 1000) return
      await serve(ms)
      emulator.advanceClock(ms)
      await emulator.settled()
      for (const one of acts) if (--one.left === 0) await one.act()
    },
  }
  const ledger = await ledgersIn(emulator, account, undefined, clock, {})
  const connected = connectCloudWatch(settingsOf(emulator), clock)
  const reason = 'was there before the ledger'
  const deployment = {
    ...deploymentOf(rollout),
    tag: 'service-a-v1.0.0',
    applied: { ...rollout.applied, tag: 'service-a-v1.0.0', revision: first },
  }
  await ledger.append(rollout.target, who, () => ({ type: 'repaired', deployment, reason }))
  const deadlines = await connectDeadlines?.(stand)
  emulator.clearRequests()
  return {
    stand,
    ledger,
    rollout,
    first,
    clock,
    traffic,
    weights,
    seen,
    setWeights,
    service,
    times: async () =>
      (await ledger.links(rollout.target)).map(({ entry }) => Date.parse(unwrap(entry).time)),
    another: async () => rolloutOf(await register('1.1.0'), rollout.plan),
    async deployByHand(taskDefinition) {
      const deploymentConfiguration: DeploymentConfiguration = { strategy: 'BLUE_GREEN', lifecycleHooks: [] }
      await clients.ecs.send(
        new UpdateServiceCommand({ cluster, service: name, taskDefinition, deploymentConfiguration }),
      )
      await service()
    },
    async stopDeployment() {
      const serviceDeploymentArn = (await service()).currentServiceDeployment
      await clients.ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn }))
    },
    async resume() {
      await ledger.append(rollout.target, who, ({ state }) =>
        state.hold === null ? undefined : { type: 'resumed', reason: 'fine' },
      )
    },
    async answerTests(answer) {
      await emulator.openListener(testListener)
      // Health checks ask for another path.
      const server = createServer(({ url }, response) => (url === '/a' ? answer(response) : response.end()))
      const Port = await bind(server, 0)
      const Targets = [{ Id: '127.0.0.1', Port }]
      await clients.balancers.send(new RegisterTargetsCommand({ TargetGroupArn: alternate, Targets }))
      closing.push(() => closeServer(server))
    },
    place: { cluster, service: name },
    events: () => eventsOf(ledger, rollout.target),
    async run(tools, of = rollout) {
      const { target } = of
      const writer = await ledger.writer(target, who)
      const journal = await openJournal({
        ledger,
        writer,
        target,
        deployment: deploymentOf(of),
        plan: undefined,
        rollout: of,
        deadlines,
      })
      return await rollOut(
        { ...stand.tools({ journal, waitMs: undefined }), clock, cloudwatch: () => connected, ...tools },
        of,
      )
    },
    atSleep: (left, act) => void acts.push({ left, act }),
    async close() {
      await Promise.all(closing.map(close => close()))
      await stand.close()
    },
  }

  function rolloutOf(revision: string, plan: RolloutPlan): WatchedService['rollout'] {
    const tag = 'service-a-v1.1.0'
    return {
      target: { service: 'service-a' as ServiceName, environment: 'staging' },
      tag,
      applied: { kind: 'ecs-service', tag, revision, cluster, serviceName: name, container: 'service-a' },
      digests: [sampleImage('1.1.0').digest as Digest],
      plan,
    }
  }

  async function register(version: string): Promise<string> {
    const image = `${account}.dkr.ecr.${region}.amazonaws.com/images:service-a-v${version}`
    const container = { name: 'service-a', image, memory: 128, portMappings: [{ containerPort: 8080 }] }
    const command = new RegisterTaskDefinitionCommand({ family: name, containerDefinitions: [container] })
    return (await clients.ecs.send(command)).taskDefinition?.taskDefinitionArn ?? ''
  }

  /** The part of an amount that is whole; the rest of it counts the next time. */
  function whole(of: string, amount: number): number {
    const all = amount + (rests.get(of) ?? 0)
    rests.set(of, all % 1)
    return Math.floor(all)
  }

  /** Requests of some time, to the tasks behind each target group: the new ones are in the second. */
  async function serve(ms: number): Promise<void> {
    const now = await weights()
    const pair = now.join('/')
    if (seen.at(-1) !== pair) seen.push(pair)
    const all = now.reduce((sum, weight) => sum + weight, 0)
    for (const [at, group] of [main, alternate].entries()) {
      const requests = whole(group, (traffic.perMinute * (now[at] ?? 0) * ms) / all / 60_000)
      const fails = traffic.fails[at === 0 ? first : revision] ?? 0
      const failed = whole(`${group} fails`, requests * fails)
      const dimensions = { LoadBalancer: 'app/shared/1', TargetGroup: group.split(':').at(-1) ?? '' }
      for (const [metric, value] of [
        ['RequestCount', requests],
        ['HTTPCode_Target_5XX_Count', failed],
      ] as const)
        emulator.recordMetric({ namespace: 'AWS/ApplicationELB', name: metric, dimensions, value })
    }
  }
}

/** What the ledger knows of a rollout. */
function deploymentOf({ tag, digests: [digest], applied }: Rollout): Deployment {
  const settings = `sha256:${'5'.repeat(64)}` as Digest
  return { tag, digest: digest as Digest, settings, commit: 'c'.repeat(40) as Deployment['commit'], applied }
}
