import { PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch'
import { ListAliasesCommand, UpdateFunctionCodeCommand } from '@aws-sdk/client-lambda'
import { connectCloudWatch } from '../../scripts/aws/io/cloudwatch.ts'
import type { Clock } from '../../scripts/base/clock.ts'
import type { Movers } from '../../scripts/kinds/io/movers.ts'
import type { Deployment, Who } from '../../scripts/ledger/entry.ts'
import type { Ledger } from '../../scripts/ledger/io/ledger.ts'
import { type Digest, digestFromBase64 } from '../../scripts/names/digest.ts'
import type { Deadlines } from '../../scripts/rollout/io/deadlines.ts'
import { openJournal } from '../../scripts/rollout/io/journal.ts'
import { rollOut } from '../../scripts/rollout/io/roll-out.ts'
import type { RolloutTools } from '../../scripts/rollout/io/run.ts'
import type { Rollout, RolloutResult } from '../../scripts/rollout/rollout.ts'
import { criteriaSchema } from '../../scripts/strategy/criteria.ts'
import { phasesIn } from '../../scripts/strategy/parse-strategy.ts'
import type { RolloutPlan } from '../../scripts/strategy/plan.ts'
import { settled } from '../emulator/lambda/calls.ts'
import { sampleZip } from '../emulator/sample-zip.ts'
import { applyFunction } from '../scripts/kinds/io/stands/functions.ts'
import { account, type Stand, startStand } from '../scripts/kinds/io/stands/stand.ts'
import { settingsOf } from './aws-settings.ts'
import { eventsOf, ledgersIn, makeLedgerBucket } from './ledger.ts'

/** A function whose version 1 is verified and has all traffic, and whose version 2 was just applied. */
export type WatchedWorld = {
  readonly stand: Stand
  readonly ledger: Ledger
  readonly rollout: Rollout
  /** Goes on by itself as the rollout sleeps, and with it all of AWS and the traffic. */
  readonly clock: Clock
  /** Requests per minute, and the share of them that each version fails, from 0 to 1. */
  readonly traffic: { perMinute: number; fails: Record<string, number> }
  /** Runs the rollout, or another one, as a new process would. */
  run(more?: Partial<RolloutTools>, of?: Rollout): Promise<RolloutResult>
  /** The rollout of a third version, which is published by this, or of a later one. */
  another(): Promise<Rollout>
  /** The shares of the alias, in percent. */
  shares(): Promise<Record<string, number>>
  /** Sends all traffic to a version as another person or tool would. */
  sendByHand(revision: string): Promise<void>
  events(): Promise<string[]>
  /** Calls `act` when a rollout sleeps for the `count`th time from now. */
  atSleep(count: number, act: () => unknown): void
}

/** Who runs the rollouts. */
export const who: Who = { arn: 'arn:aws:iam::222222222222:user/alice' }

type Circumstances = {
  /** How long AWS may be silent, in ms: short in a test where no answer comes. */
  readonly timeoutMs?: number
  /** Whether the service is older than its ledger, which then has no entry. */
  readonly isUnrecorded?: boolean
  /** Who ends what nobody else does. */
  readonly deadlines?: (stand: Stand) => Promise<Deadlines>
}

/** Makes such a world, with a plan such as `5%/15m, 100%/10m`. */
export async function watchedWorld(
  strategy: string,
  more: Partial<RolloutPlan> = {},
  { timeoutMs, isUnrecorded = false, deadlines: connectDeadlines }: Circumstances = {},
): Promise<WatchedWorld & { close(): Promise<void> }> {
  const stand = await startStand()
  const { emulator, clients } = stand
  await makeLedgerBucket(emulator, account)
  // As its stack would call it.
  const one = await applyFunction('lambda-zip', 'service-a-staging')(stand)
  const criteria = criteriaSchema.parse({})
  const rollout = { ...one.rollout, plan: { phases: phasesIn(strategy), criteria, alarms: [], ...more } }
  const traffic: WatchedWorld['traffic'] = { perMinute: 600, fails: {} }
  const acts: { left: number; act: () => unknown }[] = []
  const shares = async () => {
    // No rollout lists aliases, so these requests are told apart from a rollout's.
    const { Aliases = [] } = await clients.lambda.send(new ListAliasesCommand({ FunctionName: one.name }))
    const alias = Aliases.find(({ Name }) => Name === 'STAGING')
    const { FunctionVersion = '', RoutingConfig } = alias ?? {}
    const others = Object.entries(RoutingConfig?.AdditionalVersionWeights ?? {})
    const percents = others.map(([version, weight]): [string, number] => [version, Math.round(weight * 100)])
    const rest = percents.reduce((sum, [, percent]) => sum - percent, 100)
    return Object.fromEntries([[FunctionVersion, rest], ...percents])
  }
  const clock: Clock = {
    now: () => emulator.now(),
    date: () => new Date(emulator.now()),
    random: () => 0.5,
    async sleep(ms) {
      // The batches of questions to CloudWatch wait, too, but not for time to pass.
      if (ms < 1000) return
      serve(await shares(), ms)
      emulator.advanceClock(ms)
      await emulator.settled()
      for (const one of acts) if (--one.left === 0) await one.act()
    },
  }
  const limits = timeoutMs === undefined ? {} : { timeoutMs }
  const ledger = await ledgersIn(emulator, account, undefined, clock, limits)
  const connected = connectCloudWatch(settingsOf(emulator, limits), clock)
  const rests = new Map<string, number>()
  let others = 0
  if (!isUnrecorded) await verifyFirst(ledger, rollout)
  const deadlines = await connectDeadlines?.(stand)
  return {
    stand,
    ledger,
    rollout,
    clock,
    traffic,
    shares,
    sendByHand: one.sendByHand,
    events: () => eventsOf(ledger, rollout.target),
    async run(tools, of = rollout) {
      const { target } = of
      const writer = await ledger.writer(target, who)
      const deployment = deploymentOf(of)
      const { plan, digests } = of
      const place = { ledger, writer, target, deployment, plan: undefined, deadlines }
      const journal = await openJournal({ ...place, rollout: { plan, digests } })
      const all = {
        ...stand.tools({ clock, journal, ...limits, ...tools }),
        cloudwatch: () => connected,
        ...tools,
      }
      // The code of another release is in no revision of the first one.
      const movers: Movers = async kind => {
        const { unregistered: _, ...mover } = await all.movers(kind)
        return mover
      }
      return await rollOut(others > 0 ? { ...all, movers } : all, of)
    },
    async another() {
      const ZipFile = sampleZip(`another ${++others}`)
      const published = await clients.lambda.send(
        new UpdateFunctionCodeCommand({ FunctionName: one.name, ZipFile, Publish: true }),
      )
      await settled(clients.lambda, one.name)
      const { Version: revision = '', CodeSha256 = '' } = published
      const tag = `service-a-v1.${others + 1}.0`
      const digests = [digestFromBase64(CodeSha256) as Digest]
      return { ...rollout, tag, digests, applied: { ...rollout.applied, tag, revision } }
    },
    atSleep: (left, act) => void acts.push({ left, act }),
    close: stand.close,
  }

  /** The part of an amount that is whole; the rest of it counts the next time. */
  function whole(of: string, amount: number): number {
    const all = amount + (rests.get(of) ?? 0)
    rests.set(of, all % 1)
    return Math.floor(all)
  }

  function serve(now: Record<string, number>, ms: number): void {
    for (const [ExecutedVersion, percent] of Object.entries(now)) {
      const requests = whole(ExecutedVersion, (traffic.perMinute * percent * ms) / 100 / 60_000)
      const failed = whole(`${ExecutedVersion} fails`, requests * (traffic.fails[ExecutedVersion] ?? 0))
      const dimensions = {
        FunctionName: one.name,
        Resource: `${one.name}:STAGING`,
        ExecutedVersion,
      }
      for (const [name, value] of [
        ['Invocations', requests],
        ['Errors', failed],
      ] as const)
        emulator.recordMetric({ namespace: 'AWS/Lambda', name, dimensions, value })
    }
  }
}

/** Makes an alarm that keeps a state. */
export async function makeAlarm(
  { stand }: WatchedWorld,
  AlarmName: string,
  hold: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA' = 'OK',
  AlarmActions: string[] = [],
) {
  const { cloudwatch } = stand.clients
  const threshold = { Threshold: 1, ComparisonOperator: 'GreaterThanOrEqualToThreshold' } as const
  const metric = { Namespace: 'AWS/Lambda', MetricName: 'Errors', Statistic: 'Sum' } as const
  const input = { AlarmName, ...metric, ...threshold, Period: 60, EvaluationPeriods: 1, AlarmActions }
  await cloudwatch.send(new PutMetricAlarmCommand(input))
  stand.emulator.holdAlarm({ name: AlarmName, hold })
}

/** Runs a rollout until it sleeps with a share of the traffic on its revision, and no further: as if killed there. */
export async function killAt(one: WatchedWorld, share: number, of = one.rollout): Promise<void> {
  const { promise: killed, resolve } = Promise.withResolvers<void>()
  const clock: Clock = {
    ...one.clock,
    async sleep(ms) {
      await one.clock.sleep(ms)
      if ((await one.shares())[of.applied.revision] !== share) return
      resolve()
      await new Promise<never>(() => undefined)
    },
  }
  const ended = one.run({ clock }, of).then(end => {
    throw new Error(`it ended: ${end}`)
  })
  await Promise.race([killed, ended])
}

/** What the ledger knows of a rollout. */
export function deploymentOf({ tag, digests: [digest], applied }: Rollout): Deployment {
  const settings = `sha256:${'5'.repeat(64)}` as Digest
  return { tag, digest: digest as Digest, settings, commit: 'c'.repeat(40) as Deployment['commit'], applied }
}

/** Writes that the version before it is verified. */
export async function verifyFirst(ledger: Ledger, rollout: Rollout): Promise<void> {
  const tag = 'service-a-v1.0.0'
  const deployment = { ...deploymentOf(rollout), tag, applied: { ...rollout.applied, tag, revision: '1' } }
  const reason = 'was there before the ledger'
  await ledger.append(rollout.target, who, () => ({ type: 'repaired', deployment, reason }))
}
