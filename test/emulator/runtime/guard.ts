import { rmSync } from 'node:fs'
import { Worker } from 'node:worker_threads'

/* Loaded into the process of a task before its own code: has the watchdog run beside that, and never keeps it alive. */
const { searchParams } = new URL(import.meta.url)
const emulator = Number(searchParams.get('emulator'))
const root = searchParams.get('root') ?? ''
new Worker(new URL('watchdog.ts', import.meta.url), {
  workerData: { emulator, root },
  execArgv: [],
  env: {},
}).unref()
// Who writes to a pipe that nobody reads any more ends before the watchdog looks again.
process.once('exit', () => {
  if (process.ppid !== emulator) rmSync(root, { recursive: true, force: true })
})
