import type { AwsSettings } from '../../aws/io/calls.ts'
import type { KindName } from '../all.ts'
import type { Mover } from './mover.ts'

// A kind's mover is imported when it is first needed.
const movers = {
  'lambda-zip': async settings => (await import('../lambda/io/mover.ts')).connectFunctions(settings),
  'lambda-image': async settings => (await import('../lambda/io/mover.ts')).connectFunctions(settings),
  'ecs-service': async settings => (await import('../ecs-service/io/mover.ts')).connectEcsServices(settings),
} as const satisfies Record<KindName, (settings: AwsSettings) => Promise<Mover<never>>>

/** Returns the mover of a kind, connecting it on the first call. */
export type Movers = (kind: KindName) => Promise<Mover>

/** The movers of an environment, each connected on first use. */
export function connectMovers(settings: AwsSettings): Movers {
  const connected = new Map<KindName, Promise<Mover>>()
  return kind => {
    const known = connected.get(kind)
    if (known !== undefined) return known
    const connecting = movers[kind](settings) as Promise<Mover>
    connected.set(kind, connecting)
    return connecting
  }
}
