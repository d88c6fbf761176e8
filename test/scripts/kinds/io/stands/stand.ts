import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { connectEcr } from '../../../../../scripts/artifacts/io/ecr.ts'
import { connectReferrers } from '../../../../../scripts/artifacts/io/referrers.ts'
import type { Stores } from '../../../../../scripts/artifacts/io/stores.ts'
import { connectCloudWatch } from '../../../../../scripts/aws/io/cloudwatch.ts'
import { connectS3 } from '../../../../../scripts/aws/io/s3.ts'
import { systemClock } from '../../../../../scripts/cli/io/clock.ts'
import { kindOfApplied } from '../../../../../scripts/kinds/applied.ts'
import { connectMovers } from '../../../../../scripts/kinds/io/movers.ts'
import { type Digest, digestHex } from '../../../../../scripts/names/digest.ts'
import type { Journal } from '../../../../../scripts/rollout/io/journal.ts'
import type { RolloutTools } from '../../../../../scripts/rollout/io/run.ts'
import type { Rollout } from '../../../../../scripts/rollout/rollout.ts'
import { criteriaSchema } from '../../../../../scripts/strategy/criteria.ts'
import { allAtOnce } from '../../../../../scripts/strategy/phases.ts'
import type { RolloutPlan } from '../../../../../scripts/strategy/plan.ts'
import { ecrCalls } from '../../../../emulator/calls.ts'
import { clientsFor } from '../../../../emulator/clients.ts'
import {
  type Emulator,
  type EmulatorOptions,
  type FaultKind,
  type LoggedRequest,
  startEmulator,
} from '../../../../emulator/emulator.ts'
import { pushImage, sampleImage } from '../../../../emulator/sample-image.ts'
import { settingsOf } from '../../../../support/aws-settings.ts'

export const account = '111111111111'
export const region = 'us-east-1'

/** An emulated AWS to roll out in. */
export type Stand = {
  readonly emulator: Emulator
  readonly clients: ReturnType<typeof clientsFor>
  /** The tools of a rollout. `timeoutMs` is the time limit of each call: short in a test where no answer comes. */
  tools(options?: ToolOptions): RolloutTools
  close(): Promise<void>
}

type ToolOptions = Partial<
  Pick<RolloutTools, 'waitMs' | 'signal' | 'journal' | 'clock'> & { timeoutMs: number }
>

/** Starts an emulated AWS with two images. */
export async function startStand(options: EmulatorOptions = {}): Promise<Stand> {
  const emulator = await startEmulator({ account, region, ...options })
  const clients = clientsFor(emulator)
  await ecrCalls(() => clients.ecr).repository('images')
  for (const version of ['1.0.0', '1.1.0'])
    await pushImage(clients.ecr, 'images', sampleImage(version), `service-a-v${version}`)
  return { emulator, clients, tools: options => toolsFor(emulator, options), close: emulator.close }
}

/** An applied function or service: its first revision has the traffic, and the one to roll out was just registered. */
export type AppliedThing = {
  readonly rollout: Rollout
  readonly first: string
  /** The revision that has the traffic now. */
  runs(): Promise<string | undefined>
  /** A third revision, for somebody else to send the traffic to. */
  another(): Promise<string>
  /** Sends the traffic to a revision as another person or tool would. */
  sendByHand(revision: string): Promise<void>
  /** Removes what the traffic goes through. */
  remove(): Promise<void>
  /** How often the code under test sent the traffic somewhere. */
  writes(): number
  /** Runs `act` just before the next write arrives. */
  beforeWrite(act: () => Promise<void>): void
  /** Loses the answer of the next write, which takes effect; returns what counts the answers lost since. */
  loseAnswer(): () => number
  /** Makes the platform roll back by itself; absent if it never does. */
  readonly failNext?: () => void
}

/** Applies something of a kind. */
export type Apply = (stand: Stand) => Promise<AppliedThing>

/** The artifact stores, in which the release of what was applied has this digest. */
export async function storesWith(
  { clients, emulator }: Stand,
  { applied }: Rollout,
  digest: Digest,
): Promise<Stores & { bucket: string }> {
  const { tag } = applied
  const Bucket = uniqueName('artifacts')
  await clients.s3.send(new CreateBucketCommand({ Bucket }))
  const artifact =
    kindOfApplied(applied).artifact === 'zip'
      ? { type: 'zip', key: `releases/${tag}.zip`, sha256: digestHex(digest) }
      : { type: 'image', repository: 'images', tag, digest }
  const [tagObject, commit] = ['9'.repeat(40), 'c'.repeat(40)]
  const Body = JSON.stringify({ schema: 1, tag, tagObject, commit, sourceCommit: commit, artifact })
  await clients.s3.send(new PutObjectCommand({ Bucket, Key: `releases/${tag}.json`, Body }))
  const settings = settingsOf(emulator)
  return {
    bucket: Bucket,
    ecr: () => connectEcr(settings, systemClock),
    s3: () => connectS3(settings, Bucket, systemClock),
    referrers: () => connectReferrers(settings),
  }
}

const nothing = async () => undefined
const noJournal: Journal = {
  started: nothing,
  completed: nothing,
  rolledBack: async () => ({ hasBegun: false, isHeld: false }),
  verified: nothing,
  before: () => undefined,
  stable: () => undefined,
  shifted: async () => true,
  isRecorded: () => false,
  held: nothing,
  elsewhere: async () => undefined,
  look: async () => ({
    claim: { by: 'us', begun: undefined, hold: undefined },
    started: undefined,
    now: new Date(),
  }),
}

/** All traffic at once, with nothing to watch. */
export const atOnce: RolloutPlan = { phases: allAtOnce, criteria: criteriaSchema.parse({}), alarms: [] }

const neverStopped = new AbortController().signal

function toolsFor(emulator: Emulator, { timeoutMs, ...more }: ToolOptions = {}): RolloutTools {
  const movers = connectMovers(
    settingsOf(emulator, timeoutMs === undefined ? {} : { timeoutMs }),
    more.clock ?? systemClock,
  )
  return {
    movers,
    clock: systemClock,
    signal: neverStopped,
    waitMs: 20_000,
    journal: noJournal,
    cloudwatch: () => connectCloudWatch(settingsOf(emulator), systemClock),
    withdrawn: nothing,
    onStop: 'back',
    follow: () => undefined,
    ...more,
  }
}

/** The requests on one AWS resource, picked by its name, and ways to disturb them. */
export type OnTheWire = {
  requests(operation?: string): readonly LoggedRequest[]
  /** Makes requests fail; returns a function that ends it. */
  strike(fault: { operation: string; fault: FaultKind; times: number }): () => void
  /** Runs `act` just before a request is applied: the first one by default. */
  meanwhile(operation: string, act: () => unknown, more?: { times?: number; skip?: number }): void
  /** Applies a call and loses its answer, however often the SDK asks; returns what counts the answers lost. */
  loseAnswer(operation: string): () => number
}

/** Picks requests by exact name: `function-1` does not match `function-12`. */
export function onTheWire({ emulator }: Stand, name: string): OnTheWire {
  const isOn = ({ resource }: Pick<LoggedRequest, 'resource'>) => resource.split(/[:/]/).includes(name)
  const picked = (operation: string) => (asked: Pick<LoggedRequest, 'operation' | 'resource'>) =>
    asked.operation === operation && isOn(asked)
  return {
    requests: operation =>
      emulator.requests().filter(asked => isOn(asked) && (operation ?? asked.operation) === asked.operation),
    strike: ({ operation, fault, times }) =>
      emulator.inject({ operation: picked(operation), kind: fault, times }),
    meanwhile(operation, act, more = {}) {
      const action = async () => void (await act())
      const once = { kind: 'delay', delayMs: 0, times: 1 } as const
      emulator.inject({ operation: picked(operation), ...once, ...more, action })
    },
    loseAnswer(operation) {
      // As often as the SDK tries by itself.
      emulator.inject({ operation: picked(operation), kind: 'reset-after', times: 3 })
      return () =>
        emulator.requests().filter(asked => picked(operation)(asked) && asked.fault === 'reset-after').length
    },
  }
}

let count = 0

/** A name that nothing else in this process has. */
export function uniqueName(stem: string): string {
  count += 1
  return `${stem}-${count}`
}
