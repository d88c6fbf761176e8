import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import pLimit from 'p-limit'

/** Runs a job in an empty folder that no other job has meanwhile, and removes the folder. */
export type Machines = <Result>(job: (folder: string) => Promise<Result>) => Promise<Result>

/**
 * As many jobs at once as there are machines. A machine's path is the same for all its jobs, as on GitHub, so that Node
 * finds the code in its cache that a job before has compiled.
 */
export function machinesIn(parent: string, count: number): Machines {
  const limit = pLimit(count)
  const free = Array.from({ length: count }, (_, index) => join(parent, `machine-${count - index}`))
  return job =>
    limit(async () => {
      const folder = free.pop() as string
      try {
        await mkdir(folder)
        return await job(folder)
      } finally {
        await rm(folder, { recursive: true, force: true, maxRetries: 5 })
        free.push(folder)
      }
    })
}
