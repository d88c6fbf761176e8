import type { LoggedRequest } from '../emulator/emulator.ts'
import type { Outcome } from '../support/run.ts'
import type { Running } from './process.ts'
import type { Asked } from './recording.ts'
import type { Scene } from './scene.ts'

/** Where the first of two runs is held: at which request, before or after it is applied, and until when. */
export type Hold = {
  readonly asked: Asked
  readonly when: 'before' | 'after'
  readonly until: 'the other has ended' | 'the other asks the same'
}

/** Every way to hold the first of two runs at one of these requests. */
export function holdsAt(asked: readonly Asked[]): Hold[] {
  const untils = ['the other has ended', 'the other asks the same'] as const
  return asked.flatMap(one =>
    (['before', 'after'] as const).flatMap(when => untils.map(until => ({ asked: one, when, until }))),
  )
}

/**
 * Runs a command twice so that the runs interleave in a fixed way: the first is held, the second starts, and the first
 * continues at the request `until` of the second, or when the second ends without it.
 */
export async function interleave(
  scene: Scene,
  { asked, when, until }: Hold,
  commands: { first: () => Running; second: () => Promise<Running> },
): Promise<[Outcome, Outcome]> {
  const { promise: second, resolve: began } = Promise.withResolvers<Running>()
  const { promise: met, resolve: meet } = Promise.withResolvers<void>()
  const operation = (one: LoggedRequest) =>
    one.operation === asked.operation && anyCommit(one.resource) === anyCommit(asked.resource)
  const hold = async () => {
    const other = await commands.second()
    began(other)
    const ended = other.ended.then(() => undefined)
    await (until === 'the other has ended' ? ended : Promise.race([ended, met]))
  }
  const once = { operation, times: 1, kind: 'delay' } as const
  scene.emulator.inject({ ...once, actionAt: when, action: hold })
  scene.emulator.inject({ ...once, actionAt: when, action: () => meet() })
  const first = commands.first()
  const early = first.ended.then(({ stderr }) => {
    throw new Error(`the first ended before it was held: ${stderr}`)
  })
  const other = await Promise.race([second, early])
  early.catch(() => undefined)
  return await Promise.all([first.ended, other.ended])
}

function anyCommit(resource: string): string {
  return resource.replace(/[0-9a-f]{40}/g, '…')
}
