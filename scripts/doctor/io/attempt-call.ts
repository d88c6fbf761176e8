import { type AwsSettings, awsFailure, explainAws } from '../../aws/io/calls.ts'
import type { UserError } from '../../base/user-error.ts'
import type { Look } from '../check.ts'

const denied = /^(AccessDenied|AccessDeniedException|UnauthorizedOperation)$/

/**
 * Makes a call to AWS. `right` is the IAM action that it needs; `doing` reads as in "cannot read the bucket"; an
 * error in `none` says that there is no such thing, which is an answer.
 */
export async function attemptCall<T>(
  settings: AwsSettings,
  { right, doing, none }: { right: string; doing: string; none?: string },
  send: () => Promise<T>,
): Promise<Look<T | undefined>> {
  try {
    return { value: await send() }
  } catch (error) {
    const { name } = awsFailure(error)
    if (name === none) return { value: undefined }
    const explained = explainAws(error, settings, doing) as UserError
    return denied.test(name) ? { error: explained, missingRight: right } : { error: explained }
  }
}
