import { parentPort, workerData } from 'node:worker_threads'
import { attempt } from '../../base/attempt.ts'
import type { ErrorCode } from '../../base/user-error.ts'
import { makeZip } from '../zip.ts'
import { type FoundEntry, readZipEntry } from './zip-entries.ts'

/** What the worker is asked for. */
export type ZipOrder = { readonly folder: string; readonly found: readonly FoundEntry[] }

/** What it answers: the zip, or the parts of an error, since an instance of a class does not arrive whole. */
export type ZipAnswer =
  | { readonly zip: Uint8Array }
  | {
      readonly code: ErrorCode
      readonly problem: string
      readonly cause: string | undefined
      readonly remedy: string
    }

function answer({ folder, found }: ZipOrder): ZipAnswer {
  const made = attempt(() => makeZip(found.map(one => readZipEntry(folder, one))))
  if ('value' in made) return { zip: made.value }
  const { errorCode: code, message: problem, cause, remedy } = made.error
  return { code, problem, cause, remedy }
}

parentPort?.postMessage(answer(workerData as ZipOrder))
