import { GetAliasCommand } from '@aws-sdk/client-lambda'
import type { Clock } from '../../scripts/base/clock.ts'
import type { Deployment, Who } from '../../scripts/ledger/entry.ts'
import type { Ledger } from '../../scripts/ledger/io/ledger.ts'
import type { Digest } from '../../scripts/names/digest.ts'
import { openJournal } from '../../scripts/rollout/io/journal.ts'
import { rollOut } from '../../scripts/rollout/io/roll-out.ts'
import type { RolloutTools } from '../../scripts/rollout/io/run.ts'
import type { Rollout, RolloutResult } from '../../scripts/rollout/rollout.ts'
import { criteriaSchema } from '../../scripts/strategy/criteria.ts'
import { phasesIn } from '../../scripts/strategy/parse-strategy.ts'
import type { RolloutPlan } from '../../scripts/strategy/plan.ts'
import { applyFunction } from '../scripts/kinds/io/stands/functions.ts'
import { account, type Stand, startStand } from '../scripts/kinds/io/stands/stand.ts'
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
  /** Runs the rollout, as a new process would. */
  run(more?: Partial<RolloutTools>): Promise<RolloutResult>
  /** The shares of the alias, in percent. */
  shares(): Promise<Record<string, number>>
  events(): Promise<string[]>
  /** Calls `act` when a rollout sleeps for the `count`th time from now. */
  atSleep(count: number, act: () => unknown): void
}

const who: Who = { arn: 'arn:aws:iam::222222222222:user/alice' }

/** Makes such a world, with a plan such as `5%/15m, 100%/10m`. */
export async function watchedWorld(
  strategy: string,
  more: Partial<RolloutPlan> = {},
): Promise<WatchedWorld & { close(): Promise<void> }> {
  const stand = await startStand()
  const { emulator, clients } = stand
  await makeLedgerBucket(emulator, account)
  const one = await applyFunction('lambda-zip')(stand)
  const criteria = criteriaSchema.parse({})
  const rollout = { ...one.rollout, plan: { phases: phasesIn(strategy), criteria, alarms: [], ...more } }
  const traffic: WatchedWorld['traffic'] = { perMinute: 600, fails: {} }
  const acts: { left: number; act: () => unknown }[] = []
  const alias = { FunctionName: one.name, Name: 'STAGING' }
  const shares = async () => {
    const { FunctionVersion = '', RoutingConfig } = await clients.lambda.send(new GetAliasCommand(alias))
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
      for (const one of acts) if (--one.left === 0) await one.act()
    },
  }
  const ledger = await ledgersIn(emulator, account, undefined, clock)
  await verifyFirst(ledger, rollout)
  return {
    stand,
    ledger,
    rollout,
    clock,
    traffic,
    shares,
    events: () => eventsOf(ledger, rollout.target),
    async run(tools) {
      const { target } = rollout
      const writer = await ledger.writer(target, who)
      const deployment = deploymentOf(rollout)
      const journal = await openJournal({ ledger, writer, target, deployment, plan: undefined })
      return await rollOut(stand.tools({ clock, journal, ...tools }), rollout)
    },
    atSleep: (left, act) => void acts.push({ left, act }),
    close: stand.close,
  }

  function serve(now: Record<string, number>, ms: number): void {
    for (const [ExecutedVersion, percent] of Object.entries(now)) {
      const requests = (traffic.perMinute * percent * ms) / 100 / 60_000
      const failed = requests * (traffic.fails[ExecutedVersion] ?? 0)
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

/** What the ledger knows of a rollout. */
function deploymentOf({ tag, digests: [digest], applied }: Rollout): Deployment {
  const settings = `sha256:${'5'.repeat(64)}` as Digest
  return { tag, digest: digest as Digest, settings, commit: 'c'.repeat(40) as Deployment['commit'], applied }
}

async function verifyFirst(ledger: Ledger, rollout: Rollout): Promise<void> {
  const tag = 'service-a-v1.0.0'
  const deployment = { ...deploymentOf(rollout), tag, applied: { ...rollout.applied, tag, revision: '1' } }
  const reason = 'was there before the ledger'
  await ledger.append(rollout.target, who, () => ({ type: 'repaired', deployment, reason }))
}
