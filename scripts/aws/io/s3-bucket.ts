import type { UserError } from '../../base/user-error.ts'
import { explainAws } from './calls.ts'
import type { S3Connection } from './clients.ts'

/** A bucket, and the connection that it is reached by. */
export type Bucket = S3Connection & { readonly bucket: string }

/** Explains a failed call to a bucket; `doing` completes "cannot …". */
export function explain(at: Bucket, error: unknown, doing: string): UserError {
  return explainAws(error, at.settings, `${doing} (bucket ${at.bucket})`)
}
