import type { Sandbox } from './sandbox.ts'

/** Processes that stay warm for the next invocation of the same version. */
export type Pool = {
  /** Runs something in a process of a version, once there is one that has nothing else to do. */
  use: <T>(
    version: string,
    start: () => Promise<Sandbox>,
    act: (sandbox: Sandbox) => Promise<T>,
  ) => Promise<T>
  /** Ends the processes of a version, those at work once they are done. */
  retire: (version: string) => void
  /** Kills all of them. */
  close: () => Promise<void>
}

/** How many processes there are at most, in all and for each version: further invocations wait, as they do not in AWS. */
export type PoolSize = { most: number; perVersion: number }

type Place = {
  version: string
  sandbox: Promise<Sandbox>
  isBusy: boolean
  isFresh: boolean
  isRetired: boolean
}

/** Makes an empty pool. Where it is full, the process that was idle longest makes room. */
export function createPool({ most, perVersion }: PoolSize): Pool {
  // In the order in which they were last used.
  const places = new Set<Place>()
  const waiting: (() => void)[] = []
  let isClosed = false
  const remove = async (place: Place) => {
    places.delete(place)
    await (await place.sandbox.catch(() => undefined))?.end()
  }
  const take = (version: string, start: () => Promise<Sandbox>): Place | undefined => {
    const own = [...places].filter(place => place.version === version && !place.isRetired)
    const idle = own.find(place => !place.isBusy)
    if (idle) return idle
    if (own.length >= perVersion) return undefined
    if (places.size >= most) {
      const oldest = [...places].find(place => !place.isBusy)
      if (!oldest) return undefined
      void remove(oldest)
    }
    const place = { version, sandbox: start(), isBusy: false, isFresh: true, isRetired: false }
    places.add(place)
    return place
  }
  const acquire = async (version: string, start: () => Promise<Sandbox>): Promise<Place> => {
    for (;;) {
      if (isClosed) throw new Error('the emulator was closed')
      const place = take(version, start)
      if (!place) {
        await new Promise<void>(resolve => waiting.push(resolve))
        continue
      }
      place.isBusy = true
      // One that could not even load its code says so when it is used; one that died since its last use is of no use.
      if (place.isFresh || (await place.sandbox).isUsable()) return place
      await remove(place)
    }
  }
  const release = async (place: Place) => {
    const sandbox = await place.sandbox.catch(() => undefined)
    place.isBusy = false
    place.isFresh = false
    places.delete(place)
    if (sandbox?.isUsable() && !place.isRetired && !isClosed) places.add(place)
    else await sandbox?.end()
    for (const wake of waiting.splice(0)) wake()
  }
  return {
    use: async (version, start, act) => {
      const place = await acquire(version, start)
      try {
        return await act(await place.sandbox)
      } finally {
        await release(place)
      }
    },
    retire: version => {
      for (const place of places) {
        if (place.version !== version) continue
        place.isRetired = true
        if (!place.isBusy) void remove(place)
      }
    },
    close: async () => {
      isClosed = true
      for (const wake of waiting.splice(0)) wake()
      await Promise.all([...places].map(remove))
    },
  }
}
