import { type AwsSettings, awsFailure, explainAws } from '../../aws/io/calls.ts'
import { UserError } from '../../base/user-error.ts'
import type { Attempt } from '../check.ts'

/** Tries something; an error that a person can act on is an answer. */
export async function attempt<T>(look: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { value: await look() }
  } catch (error) {
    if (error instanceof UserError) return { error }
    throw error
  }
}

const denied = /^(AccessDenied|AccessDeniedException|UnauthorizedOperation)$/

/**
 * Makes a call to AWS. `right` is the IAM action that it needs; `doing` reads as in "cannot read the bucket"; an
 * error in `none` says that there is no such thing, which is an answer.
 */
export async function attemptCall<T>(
  settings: AwsSettings,
  { right, doing, none }: { right: string; doing: string; none?: string },
  send: () => Promise<T>,
): Promise<Attempt<T | undefined>> {
  try {
    return { value: await send() }
  } catch (error) {
    const { name } = awsFailure(error)
    if (name === none) return { value: undefined }
    const explained = explainAws(error, settings, doing) as UserError
    return denied.test(name) ? { error: explained, missingRight: right } : { error: explained }
  }
}
