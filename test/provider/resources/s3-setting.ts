import type { Aws } from '../aws/configuration.ts'
import type { State } from '../wire/value.ts'
import { found } from './found.ts'
import { knownBy } from './known-by.ts'
import type { ResourceType } from './resource-type.ts'

/** How to put, read and remove one setting of a bucket. */
export type S3Setting = {
  readonly label: string
  readonly put: (aws: Aws, Bucket: string, planned: State) => Promise<unknown>
  /** Reads it; an error for a missing setting or bucket means that it is gone. */
  readonly get: (aws: Aws, Bucket: string, state: State) => Promise<State | null>
  readonly remove: (aws: Aws, Bucket: string) => Promise<unknown>
}

/** A resource for one setting of a bucket. */
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
