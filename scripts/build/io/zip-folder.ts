import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { programFile } from '../../base/program/place.ts'
import { UserError } from '../../base/user-error.ts'
import type { ZipAnswer, ZipOrder } from './zip-worker.ts'

// fflate allocates 200 kB for each file. A small young generation frees them soon and cheaply; otherwise most of the
// time goes into collecting the whole heap, again and again.
const resourceLimits = { maxYoungGenerationSizeMb: 6 }

/** Makes the zip of what was found in a folder, in a worker with a heap of its own. */
export async function zipFolder(order: ZipOrder): Promise<Uint8Array> {
  const worker = new Worker(programFile('scripts/build/io/zip-worker'), {
    workerData: order,
    resourceLimits,
  })
  const [answer] = (await once(worker, 'message')) as [ZipAnswer]
  if ('zip' in answer) return answer.zip
  const { code, problem, ...details } = answer
  throw new UserError(code, problem, details)
}
