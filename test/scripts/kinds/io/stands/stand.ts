import { vi } from 'vitest'
import { systemClock } from '../../../../../scripts/base/io/clock.ts'
import { connectMovers } from '../../../../../scripts/kinds/io/movers.ts'
import type { RolloutTools } from '../../../../../scripts/rollout/io/roll-out.ts'
import type { Rollout } from '../../../../../scripts/rollout/rollout.ts'
import { ecrCalls } from '../../../../emulator/calls.ts'
import { clientsFor } from '../../../../emulator/clients.ts'
import {
  type Emulator,
  type FaultKind,
  type LoggedRequest,
  startEmulator,
} from '../../../../emulator/emulator.ts'
import { pushImage, sampleImage } from '../../../../emulator/sample-image.ts'

export const account = '111111111111'
export const region = 'us-east-1'

/** An AWS to roll out in, which the environment variables of this process name until it is closed. */
export type Stand = {
  readonly emulator: Emulator
  readonly clients: ReturnType<typeof clientsFor>
  close(): Promise<void>
}

/** Starts such an AWS, with two images. */
export async function startStand(): Promise<Stand> {
  const emulator = await startEmulator({ account, region })
  for (const [name, value] of Object.entries(emulator.env)) vi.stubEnv(name, value)
  const clients = clientsFor(emulator)
  await ecrCalls(() => clients.ecr).repository('images')
  for (const version of ['1.0.0', '1.1.0'])
    await pushImage(clients.ecr, 'images', sampleImage(version), `service-a-v${version}`)
  const close = async () => {
    // Files that this worker runs later are to see nothing of it.
    vi.unstubAllEnvs()
    await emulator.close()
  }
  return { emulator, clients, close }
}

/** Something that was applied: its first revision has the traffic, and the one to roll out was just registered. */
export type AppliedThing = {
  readonly rollout: Rollout
  readonly first: string
  /** The revision that has the traffic now. */
  runs(): Promise<string | undefined>
  /** Another revision, which somebody else could send the traffic to. */
  another(): Promise<string>
  /** Sends the traffic to a revision as another person or tool would. */
  sendByHand(revision: string): Promise<void>
  /** Removes what the traffic goes through. */
  remove(): Promise<void>
  /** How often the traffic was sent somewhere by what is under test. */
  writes(): number
  /** Does something just before the next write arrives. */
  beforeWrite(act: () => Promise<void>): void
  /** Lets the next write be made and its answer be lost. */
  loseAnswer(): void
  /** Lets the platform go back by itself; left out where it never does. */
  readonly failNext?: () => void
}

/** Applies something of a kind. */
export type Apply = (stand: Stand) => Promise<AppliedThing>

const neverStopped = new AbortController().signal

/** What a rollout works with; `timeoutMs` is how long an answer may take: short where one is not to come. */
export function tools({
  timeoutMs = 20_000,
  ...more
}: Partial<Pick<RolloutTools, 'waitMs' | 'signal'> & { timeoutMs: number }> = {}): RolloutTools {
  const settings = {
    section: 'environments.staging',
    account,
    region,
    pathStyle: true,
    putImagePerSecond: 10,
    timeoutMs,
  }
  const movers = connectMovers(settings)
  return { movers, clock: systemClock, signal: neverStopped, waitMs: 20_000, ...more }
}

/** The requests on one thing of AWS, picked by its name, and what is done to them. */
export type OnTheWire = {
  requests(operation?: string): readonly LoggedRequest[]
  /** Lets requests fail, and nothing else; answers what ends that. */
  strike(fault: { operation: string; fault: FaultKind; times: number }): () => void
  /** Does something just before a request is applied, the first one unless told. */
  meanwhile(operation: string, act: () => unknown, more?: { times?: number; skip?: number }): void
}

/** Picks `function-1`, and not `function-12`. */
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
  }
}

let count = 0

/** A name that nothing else of this stand has. */
export function uniqueName(stem: string): string {
  count += 1
  return `${stem}-${count}`
}
