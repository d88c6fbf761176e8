import type { AwsSettings } from '../../aws/io/calls.ts'
import type { Clock } from '../../base/clock.ts'
import type { KindName } from '../all.ts'
import type { Mover } from './mover.ts'

// A kind's mover is imported when it is first needed.
const movers = {
  'lambda-zip': connectFunctions,
  'lambda-image': connectFunctions,
  'ecs-service': async settings => (await import('../ecs-service/io/mover.ts')).connectEcsServices(settings),
} as const satisfies Record<KindName, Connect>

/** Returns the mover of a kind, connecting it on the first call. */
export type Movers = (kind: KindName) => Promise<Mover>

/** The movers of an environment, each connected on first use. */
export function connectMovers(settings: AwsSettings, clock: Clock): Movers {
  // Kinds of one platform share its connection, and with it the pace of its calls.
  const connected = new Map<Connect, Promise<Mover>>()
  return kind => {
    const connect: Connect = movers[kind]
    const known = connected.get(connect)
    if (known !== undefined) return known
    const connecting = connect(settings, clock) as Promise<Mover>
    connected.set(connect, connecting)
    return connecting
  }
}

type Connect = (settings: AwsSettings, clock: Clock) => Promise<Mover<never>>

async function connectFunctions(settings: AwsSettings, clock: Clock) {
  return (await import('../lambda/io/mover.ts')).connectFunctions(settings, clock)
}
