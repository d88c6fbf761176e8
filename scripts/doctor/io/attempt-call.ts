import { type AwsSettings, awsFailure, explainAws, isDenied } from '../../aws/io/calls.ts'
import type { Look, Unseen } from '../check.ts'

/** A call to AWS that doctor makes. */
export type Call = {
  /** The IAM action that it needs. */
  readonly right: string
  /** Completes "cannot …", as in "read the bucket". */
  readonly doing: string
}

// The answer to a HEAD request has no body that could say why it is a 403.
function isBare(error: unknown): boolean {
  const { name, status } = awsFailure(error)
  return status === 403 && name === 'Unknown'
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
    const said = explained.origin ?? explained
    return isDenied(said) || isBare(said) ? { error: explained, missingRight: right } : { error: explained }
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

/** Makes several calls for one value, each through `call`; the first that fails is the answer. */
export async function attemptCalls<T>(
  settings: AwsSettings,
  act: (call: <U>(what: Call, send: () => Promise<U>) => Promise<U>) => Promise<T>,
): Promise<Look<T>> {
  const failures: Unseen[] = []
  try {
    const value = await act(async (what, send) => {
      const seen = await attemptCall(settings, what, send)
      if ('value' in seen) return seen.value
      failures.push(seen)
      throw seen.error
    })
    return { value }
  } catch (error) {
    const failure = failures.find(one => one.error === error)
    if (failure === undefined) throw error
    return failure
  }
}
