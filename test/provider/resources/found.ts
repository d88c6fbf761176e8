import { isMissing } from '../provider-error.ts'

/** What a call answers, null when AWS says that it is not there. */
export async function found<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call
  } catch (cause) {
    if (isMissing(cause)) return null
    throw cause
  }
}
