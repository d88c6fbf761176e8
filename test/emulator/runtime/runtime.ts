import { join } from 'node:path'
import type { Asked, FunctionAnswer } from './answer.ts'
import { answerOf, refused } from './answer.ts'
import { createFolders } from './folders.ts'
import type { PoolSize } from './pool.ts'
import { createPool } from './pool.ts'
import type { Entry, Program } from './program.ts'
import { entryOf } from './program.ts'
import type { Sandbox } from './sandbox.ts'
import { startSandbox } from './sandbox.ts'

/** One invocation of a version of a function. */
export type Job = Asked & {
  program: Program
  /** What tells the version from all others, and a change of it from what it was. */
  key: string
  /** What tells its code from other code. */
  codeId: string
  /** The environment of a process that is started for it. */
  env: () => Record<string, string>
  event: string
  invokedArn: string
}

/** Runs the code of functions in processes of this machine. */
export type Runtime = {
  run: (job: Job) => Promise<FunctionAnswer>
  /** Says that a version changed, or is gone: its processes run nothing more. */
  retire: (key: string) => void
  /** Kills every process and removes all code that was unpacked. */
  close: () => Promise<void>
}

/** Small enough for a machine with 4 GB on which tests run side by side. */
const size: PoolSize = { most: 8, perVersion: 2 }

/** Starts nothing yet: processes and folders are made when a function is first invoked. */
export function createRuntime(): Runtime {
  const pool = createPool(size)
  const folders = createFolders('waybill-lambda-')
  const start = async ({ program, codeId, env, memoryMb }: Job, entry: Entry): Promise<Sandbox> => {
    const { root, folder } = await folders.open(codeId, program.content)
    const reserved = { LAMBDA_TASK_ROOT: join(folder, entry.taskRoot), _HANDLER: entry.handler }
    return startSandbox({ root, env: { ...entry.env, ...env(), ...reserved }, memoryMb })
  }
  return {
    run: async job => {
      const entry = entryOf(job.program)
      if ('errorType' in entry) return refused(entry, job)
      const { requestId, event, invokedArn, timeoutMs } = job
      const invocation = { requestId, event, invokedArn }
      const run = await pool.use(
        job.key,
        () => start(job, entry),
        sandbox => sandbox.run(invocation, timeoutMs),
      )
      return answerOf(run, job)
    },
    retire: pool.retire,
    close: async () => {
      await pool.close()
      await folders.remove()
    },
  }
}
