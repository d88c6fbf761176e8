import type { ChildProcess } from 'node:child_process'

/** Sends a signal to a process that leads a group, and to all that it started. One that has ended is fine. */
export function killGroup({ pid }: ChildProcess, signal: 'SIGKILL' | 'SIGTERM'): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, signal)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ESRCH') throw cause
  }
}
