import { rmSync } from 'node:fs'
import { workerData } from 'node:worker_threads'

/*
 * Runs on a thread of its own in the process of a function, so that it also goes on while the function's code does not
 * let go. It ends that process, and whatever the function started, once the emulator is gone: nothing may outlive it,
 * however it ended.
 */
const { emulator, root } = workerData as { emulator: number; root: string }

setInterval(() => {
  if (process.ppid === emulator) return
  rmSync(root, { recursive: true, force: true })
  process.kill(-process.pid, 'SIGKILL')
}, 250)
