import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { killGroup } from './kill-group.ts'
import { collectLog } from './log.ts'
import type { Invocation, Report } from './messages.ts'
import { endOfLog } from './messages.ts'

/** How a process is started that runs a function's code. */
export type Start = {
  /** The folder of all code that was unpacked, which the process removes when the emulator dies. */
  root: string
  /** Its whole environment, of which LAMBDA_TASK_ROOT and _HANDLER say what runs. */
  env: Record<string, string>
  memoryMb: number
}

/** What came of an invocation: an answer, an error, the end of the process, or nothing in time. */
export type Ending =
  | Exclude<Report, { kind: 'loaded' }>
  | { kind: 'exit'; status: string }
  | { kind: 'timeout' }

/** An invocation that is over; its time does not include that of loading the code. */
export type Run = { ending: Ending; log: string; durationMs: number }

/** One process with a function's code loaded, which runs one invocation at a time. */
export type Sandbox = {
  run: (invocation: Omit<Invocation, 'deadline'>, timeoutMs: number) => Promise<Run>
  /** Whether it can run another one. */
  isUsable: () => boolean
  /** Kills it with all that it started. */
  end: () => Promise<void>
}

const bootstrap = fileURLToPath(new URL('bootstrap.ts', import.meta.url))
/** How long code may take to load (AWS Lambda developer guide, "Lambda execution environment lifecycle"). */
const longestInitMs = 10_000

/** Starts a process; what goes wrong while it loads the code is what comes of its first invocation. */
export function startSandbox({ root, env, memoryMb }: Start): Sandbox {
  // Nine tenths of the memory for what the code keeps, as the runtime's own bootstrap has it.
  const memory = `--max-old-space-size=${Math.floor(memoryMb * 0.9)}`
  const child = spawn(process.execPath, [memory, bootstrap, String(process.pid), root], {
    cwd: env.LAMBDA_TASK_ROOT,
    env,
    // A group of its own, so that it is killed together with what it started.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const closed = once(child, 'close').then(([code, signal]) => exitOf(code, signal))
  const log = collectLog([child.stdout, child.stderr].flatMap(stream => stream ?? []))
  const loaded = nextReport(child, closed, longestInitMs)
  let isEnding = false
  const end = async () => {
    isEnding = true
    killGroup(child, 'SIGKILL')
    await closed
  }
  const invoke = async (invocation: Omit<Invocation, 'deadline'>, timeoutMs: number) => {
    const answer = nextReport(child, closed, timeoutMs)
    const message: Invocation = { ...invocation, deadline: Date.now() + timeoutMs }
    // Where it cannot be sent any more, the process has ended, and that is what comes of it.
    child.send(message, () => {})
    return await answer
  }
  return {
    isUsable: () => !isEnding && child.exitCode === null && child.signalCode === null,
    end,
    run: async (invocation, timeoutMs) => {
      const start = await loaded
      const began = performance.now()
      const ending = start.kind === 'loaded' ? await invoke(invocation, timeoutMs) : start
      const durationMs = start.kind === 'loaded' ? performance.now() - began : 0
      if (ending.kind === 'loaded') throw new Error('the process of a function loaded its code twice')
      if (ending.kind === 'timeout' || (ending.kind === 'error' && ending.isFatal)) await end()
      return { ending, durationMs, log: await log.upTo(endOfLog(invocation.requestId)) }
    },
  }
}

async function nextReport(
  child: ChildProcess,
  closed: Promise<Ending>,
  timeoutMs: number,
): Promise<Report | Ending> {
  const over = new AbortController()
  const { signal } = over
  const timer = setTimeout(() => over.abort(), timeoutMs)
  try {
    return await Promise.race([
      once(child, 'message', { signal }).then(([report]) => report as Report),
      closed,
    ])
  } catch (cause) {
    if (signal.aborted) return { kind: 'timeout' }
    throw cause
  } finally {
    clearTimeout(timer)
    over.abort()
  }
}

/** How Lambda words the end of a process. */
function exitOf(code: number | null, signal: NodeJS.Signals | null): Ending {
  if (code === 0) return { kind: 'exit', status: 'Runtime exited without providing a reason' }
  const how = code === null ? `signal: ${signals[signal ?? 'SIGKILL'] ?? signal}` : `exit status ${code}`
  return { kind: 'exit', status: `Runtime exited with error: ${how}` }
}

const signals: Partial<Record<NodeJS.Signals, string>> = {
  SIGKILL: 'killed',
  SIGABRT: 'aborted',
  SIGTERM: 'terminated',
}
