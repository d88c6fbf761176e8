import type { Aws } from '../aws/configuration.ts'
import type { State } from '../wire/value.ts'
import { found } from './found.ts'
import { knownBy } from './known-by.ts'
import type { ResourceType } from './resource-type.ts'

/** One setting of a bucket: how it is put, seen and taken away. */
export type S3Setting = {
  readonly label: string
  readonly put: (aws: Aws, Bucket: string, planned: State) => Promise<unknown>
  /** What it shows; a call that finds nothing says that the setting or its bucket is gone. */
  readonly get: (aws: Aws, Bucket: string, state: State) => Promise<State | null>
  readonly remove: (aws: Aws, Bucket: string) => Promise<unknown>
}

/** A resource that is one setting of the bucket that it names. */
export function s3Setting({ label, put, get, remove }: S3Setting): ResourceType {
  return {
    label,
    ...knownBy('bucket'),
    replaceOn: ['bucket', 'region'],
    create: async (aws, planned) => {
      await put(aws, String(planned.bucket), planned)
      return { id: planned.bucket ?? null }
    },
    read: (aws, state) => found(get(aws, String(state.bucket), state)),
    update: async (aws, { planned }) => {
      await put(aws, String(planned.bucket), planned)
      return {}
    },
    remove: async (aws, prior) => {
      await remove(aws, String(prior.bucket))
    },
  }
}
