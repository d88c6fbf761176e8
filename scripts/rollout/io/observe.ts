import type { PeriodSum } from '../../aws/metric.ts'
import { unwrap } from '../../base/attempt.ts'
import { sideBySide } from '../../base/io/side-by-side.ts'
import type { Applied } from '../../kinds/applied.ts'
import type { Mover, Pointer, Stepped } from '../../kinds/io/mover.ts'
import type { Arms } from '../judge.ts'
import { noPointer } from '../messages.ts'
import type { Alarm, Begun, Claim, Seen, Smoke } from '../seen.ts'
import type { Sample } from '../statistics.ts'
import { trafficOf } from '../traffic.ts'
import type { Watchable } from './watch.ts'

/** What a run remembers between two looks: nothing else does, so a run that continues it begins without. */
export type Memory = {
  /** The verified revision, which has what the new one has not. */
  readonly stable: string | undefined
  smoke: Smoke
  /** The phase whose first step this run has made. */
  entered: number | undefined
  /** The phase that it saw last, and whether it has seen the traffic at its share. */
  phase: number | undefined
  arrived: boolean
  /** How many smoke calls of this phase succeeded. */
  probed: number
  /** Whether the platform is on its way, by the last look or by what this run has told it. */
  isOnItsWay: boolean
}

/** What is true now, and the pointer that the next write is conditional on. */
export type Observed = { readonly seen: Seen; readonly pointer: Pointer & Partial<Stepped> }

// CloudWatch has the metrics of a minute about a minute later.
const metricsLateMs = 60_000

/** Where the traffic goes, share by share. */
export async function lookAtShares(mover: Mover, applied: Applied): Promise<Observed['pointer'] | undefined> {
  return await (mover.shifting?.steps ?? mover).look(applied)
}

/** Looks at everything that decides about the next step. */
export async function observe(run: Watchable, memory: Memory): Promise<Observed> {
  const { mover, rollout, journal, signal, onStop } = run
  const { phases, criteria } = rollout.plan
  const [looking, reading] = [lookAtShares(mover, rollout.applied), journal.look()]
  // Without waiting for the pointer, whose turn may come late where many rollouts look: so their questions share a call.
  const watching = Promise.all([
    readAlarms(run),
    run.withdrawn(),
    reading.then(({ claim, ...times }) => readArms(run, memory, { begun: begunIn(claim), ...times })),
  ])
  // Awaited below; a failure meanwhile must not end the process.
  watching.catch(() => undefined)
  const [pointer, { claim, now }] = await Promise.all([looking, reading])
  if (pointer === undefined) throw noPointer(rollout, claim.by === 'another' ? claim.says : undefined)
  const begun = begunIn(claim)
  // What the platform took back before the first phase was not of this rollout.
  const { wentBack: _, ...before } = pointer
  const traffic = trafficOf(begun === undefined ? before : pointer, rollout.applied.revision, memory.stable)
  rememberStage(memory, pointer)
  const phase = begun && phases[begun.phase]
  if (begun?.phase !== memory.phase) Object.assign(memory, { phase: begun?.phase, arrived: false, probed: 0 })
  if ('share' in traffic && traffic.share === phase?.share) memory.arrived = true
  // Only now, so that a run which cannot read these knows what it leaves behind.
  const [alarms, withdrawn, samples] = await watching
  const isTimed = phase !== undefined && phase.minutes > 0
  const seen: Seen = {
    phases,
    criteria,
    claim,
    traffic,
    arrived: memory.arrived,
    alarms,
    arms: { ...samples, probed: memory.probed },
    smoke: memory.smoke,
    withdrawn,
    stop: signal.aborted ? onStop : undefined,
    // A phase is over once its last minute can be judged.
    now: isTimed ? new Date(now.getTime() - metricsLateMs) : now,
  }
  return { seen, pointer }
}

function begunIn(claim: Claim): Begun | undefined {
  return claim.by === 'us' ? claim.begun : undefined
}

function rememberStage(memory: Memory, { stage }: Partial<Stepped>): void {
  memory.isOnItsWay = stage !== undefined && stage !== 'none'
  const isCallable = memory.isOnItsWay && stage !== 'preparing'
  if (memory.smoke.state === 'later' && isCallable) memory.smoke = { state: 'not run' }
}

async function readAlarms({ rollout, cloudwatch }: Watchable): Promise<Alarm[]> {
  const { alarms } = rollout.plan
  if (alarms.length === 0) return []
  const connected = await cloudwatch()
  const states = await sideBySide(alarms, alarms.length, name => connected.alarm(name))
  return states.map(one => ({ name: one.target, state: unwrap(one) }))
}

type Times = {
  readonly begun: Begun | undefined
  readonly started: Date | undefined
  readonly now: Date
}

type Samples = Omit<Arms, 'probed'>

const none: Sample = { requests: 0, errors: 0 }
const hourMs = 60 * 60_000

async function readArms(
  run: Watchable,
  { stable }: Memory,
  { begun, started, now }: Times,
): Promise<Samples> {
  if (begun === undefined) return { canary: none, stable: none, earlier: none }
  const { revision } = run.rollout.applied
  const isFirst = begun.phase === 0 || started === undefined
  const before = isFirst ? new Date(begun.at.getTime() - hourMs) : started
  const [canary, beside, earlier] = await Promise.all([
    sampleOf(run, revision, begun.at, now),
    stable === undefined ? none : sampleOf(run, stable, begun.at, now),
    stable === undefined ? none : sampleOf(run, stable, before, begun.at),
  ])
  return { canary, stable: beside, earlier }
}

async function sampleOf(
  { rollout, shifting, cloudwatch }: Watchable,
  revision: string,
  since: Date,
  until: Date,
): Promise<Sample> {
  // CloudWatch takes no time of no length.
  if (until <= since) return none
  const { requests, errors } = await shifting.arm(rollout.applied, revision)
  const connected = await cloudwatch()
  const [all, failed] = await Promise.all([
    connected.sums(requests, since, until),
    connected.sums(errors, since, until),
  ])
  return { requests: total(all), errors: total(failed) }
}

function total(minutes: readonly PeriodSum[]): number {
  return minutes.reduce((sum, minute) => sum + minute.sum, 0)
}
