import { backoff, type Clock } from '../../base/clock.ts'
import type { UserError } from '../../base/user-error.ts'
import type { Digest } from '../../names/digest.ts'
import { awsFailure, incompleteAnswer, isRefusal } from './calls.ts'

/** How a conditional write ended: it created the object, or one existed, with the same content or other content. */
export type Written = 'created' | 'same' | { readonly other: Digest | undefined }

/** A write that S3 makes only if the key does not exist. */
type ConditionalWrite = {
  readonly digest: Digest
  /** Sends the write and returns the digest that S3 says it stored. */
  send(): Promise<Digest | undefined>
  /** Reads what is stored under the key. */
  look(): Promise<{ readonly digest: Digest | undefined } | undefined>
  /** Turns a failure into the error to throw. */
  explain(error: unknown): UserError
}

const conflictRetries = 6
const longestPauseMs = 1000

/**
 * Makes a conditional write and finds out how it really ended. If the answer is lost or unreadable, what is stored
 * decides.
 */
export async function writeOnce(clock: Clock, write: ConditionalWrite): Promise<Written> {
  const { sent, failure } = await sendOnce(clock, write)
  if (sent === write.digest) return 'created'
  const refused = failure !== undefined && isRefusal(failure)
  const exists = refused && /^PreconditionFailed$|Conflict/.test(awsFailure(failure).name)
  if (refused && !exists) throw write.explain(failure)
  const now = await write.look()
  if (now === undefined) throw write.explain(failure ?? incompleteAnswer())
  if (now.digest !== write.digest) return { other: now.digest }
  return exists ? 'same' : 'created'
}

async function sendOnce(
  clock: Clock,
  write: ConditionalWrite,
): Promise<{ sent?: Digest | undefined; failure?: unknown }> {
  try {
    return { sent: await withConflictRetries(clock, write.send) }
  } catch (failure) {
    return { failure }
  }
}

// S3 answers 409 to one of two simultaneous conditional writes, and the SDK does not retry that.
async function withConflictRetries<T>(clock: Clock, send: () => Promise<T>): Promise<T> {
  for (let retry = 0; ; retry++) {
    try {
      return await send()
    } catch (error) {
      if (awsFailure(error).name !== 'ConditionalRequestConflict' || retry >= conflictRetries) throw error
      await clock.sleep(backoff(clock, retry, longestPauseMs))
    }
  }
}
