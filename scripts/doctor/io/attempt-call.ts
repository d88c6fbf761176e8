import { type AwsSettings, awsFailure, explainAws, isDenied } from '../../aws/io/calls.ts'
import type { Look } from '../check.ts'

/** A call to AWS that doctor makes. */
export type Call = {
  /** The IAM action that it needs. */
  readonly right: string
  /** Completes "cannot …", as in "read the bucket". */
  readonly doing: string
}

/** Makes a call to AWS; a failure is an answer, which names the right that is missing. */
export async function attemptCall<T>(
  settings: AwsSettings,
  { right, doing }: Call,
  send: () => Promise<T>,
): Promise<Look<T>> {
  try {
    return { value: await send() }
  } catch (error) {
    const explained = explainAws(error, settings, doing)
    return isDenied(error) ? { error: explained, missingRight: right } : { error: explained }
  }
}

/** The same for something that may not be configured: the error `none` says so, and the value is undefined. */
export async function attemptCallOrNone<T>(
  settings: AwsSettings,
  call: Call & { readonly none: string },
  send: () => Promise<T>,
): Promise<Look<T | undefined>> {
  return await attemptCall<T | undefined>(settings, call, async () => {
    try {
      return await send()
    } catch (error) {
      if (awsFailure(error).name === call.none) return undefined
      throw error
    }
  })
}
