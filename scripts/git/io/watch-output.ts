import type { Readable } from 'node:stream'

/** Stops git when it has written nothing for some time, or too much. */
export function watchOutput(ms: number, mostBytes = Number.POSITIVE_INFINITY) {
  const controller = new AbortController()
  let streams: Readable[] = []
  let bytes = 0
  const stop = () => {
    controller.abort()
    // What git started (ssh, a hook) may live on and hold the pipes open.
    for (const stream of streams) stream.destroy()
  }
  const timer = setTimeout(stop, ms)
  return {
    ms,
    signal: controller.signal,
    isTooMuch: () => bytes > mostBytes,
    watch(all: Readable[]) {
      streams = all
      const seen = (chunk: Buffer) => {
        timer.refresh()
        bytes += chunk.length
        if (bytes > mostBytes) stop()
      }
      for (const stream of streams) stream.on('data', seen)
    },
    end: () => clearTimeout(timer),
  }
}
