import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import type { AwsSettings } from '../../aws/io/calls.ts'
import { connectS3 } from '../../aws/io/s3.ts'
import type { Clock } from '../../base/clock.ts'
import { writePrivate } from '../../base/io/private-file.ts'
import { readRegularFile } from '../../base/io/read-file.ts'
import { UserError } from '../../base/user-error.ts'
import type { Environment } from '../../catalogue/environments.ts'
import type { Target } from '../../names/target.ts'
import { planFolder } from '../../stack/names.ts'
import { maximumBytes } from '../bundle.ts'
import { planErrors } from '../errors.ts'

/** A saved plan: its address and the SHA-256 of its bytes, in hexadecimal digits. */
export type SavedPlan = { readonly file: string; readonly sha256: string }

/** Saves plans in files, or in the state bucket of an environment, which already holds the secrets of the state. */
export type PlanStore = {
  /** Saves a plan in a file, or in the state bucket when `place` is `state`. */
  save(place: string, target: Target, bytes: Uint8Array): Promise<SavedPlan>
  /** Reads a plan from the address that `save` returned. */
  read(file: string): Promise<Uint8Array>
}

// It means the state bucket where a file name is expected.
const stateWord = 'state'

/** Opens the plan store of an environment. Relative files are in `folder`. */
export function planStore(
  settings: AwsSettings,
  environment: Environment,
  { folder, clock }: { folder: string; clock: Clock },
): PlanStore {
  const bucket = environment.stateBucket
  const prefix = `s3://${bucket}/`
  return {
    async save(place, target, bytes) {
      const sha256 = createHash('sha256').update(bytes).digest('hex')
      if (place !== stateWord) return { file: await writePlan(resolve(folder, place), bytes), sha256 }
      const key = `${planFolder(target)}${sha256}.plan`
      const s3 = await connectS3(settings, bucket, clock)
      await s3.putNew(key, bytes, { type: 'application/zip', tags: { service: target.service } })
      return { file: `${prefix}${key}`, sha256 }
    },
    async read(file) {
      if (!file.startsWith('s3://')) return await readPlan(resolve(folder, file), file)
      if (!file.startsWith(prefix)) {
        throw new UserError(
          planErrors['plan-not-found'],
          `the plan ${file} is not in the state bucket of ${settings.section}`,
          {
            remedy: `Use the address that make plan OUT=${stateWord} printed; it begins with ${prefix}`,
          },
        )
      }
      const bytes = await (await connectS3(settings, bucket, clock)).readBytes(file.slice(prefix.length))
      if (bytes !== undefined) return bytes
      throw new UserError(planErrors['plan-not-found'], `there is no plan ${file}`, {
        remedy: `make plan … OUT=${stateWord} saves one.`,
      })
    },
  }
}

async function writePlan(path: string, bytes: Uint8Array): Promise<string> {
  await writePrivate(path, bytes).catch(error => {
    throw new UserError(planErrors['plan-not-saved'], `the plan cannot be written to ${path}`, {
      cause: error.message,
      remedy: `Name another file with OUT=…, or OUT=${stateWord} for the state bucket.`,
    })
  })
  return path
}

async function readPlan(path: string, named: string): Promise<Uint8Array> {
  return await readRegularFile(path, maximumBytes).catch(error => {
    throw new UserError(planErrors['plan-not-found'], `the plan ${named} cannot be read`, {
      cause: error.message,
      remedy: 'make plan ENV=… SERVICE=… OUT=<file> saves one.',
    })
  })
}
