import { stoppedAtOnce } from '../../base/stop.ts'

/** How a person or a runner stops the process. */
export type Stopping = {
  /** From now on the first signal only aborts what this returns: the command ends by itself, as soon as it may. */
  untilStopped(): AbortSignal
  /** Aborts when the command has to end at once; its reason is the error that it ends with. */
  readonly atOnce: AbortSignal
  /** Does what a signal does. */
  stop(): void
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

// `make` passes on a signal that its whole process group has got already.
const sameMs = 500

/** Listens to the signals that stop a process. The second one ends any command at once. */
export function listenToSignals(forceExit: () => void): Stopping {
  const [whenReady, atOnce] = [new AbortController(), new AbortController()]
  let endsByItself = false
  let last = Number.NEGATIVE_INFINITY
  const stop = () => {
    const now = performance.now()
    if (now - last < sameMs) return
    last = now
    if (endsByItself && !whenReady.signal.aborted) whenReady.abort()
    else if (!atOnce.signal.aborted) atOnce.abort(stoppedAtOnce())
    else forceExit()
  }
  for (const signal of signals) process.on(signal, stop)
  // Such as an event of a program that could not be started, which nothing awaits.
  process.on('uncaughtException', error => (atOnce.signal.aborted ? undefined : atOnce.abort(error)))
  return {
    untilStopped() {
      endsByItself = true
      return whenReady.signal
    },
    atOnce: atOnce.signal,
    stop,
  }
}
