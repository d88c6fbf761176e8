import { isMissing } from '../provider-error.ts'

/** The answer of a call; null if AWS says that the resource does not exist. */
export async function found<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call
  } catch (cause) {
    if (isMissing(cause)) return null
    throw cause
  }
}
