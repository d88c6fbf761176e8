/** What the SDK says about a call that failed. */
export type Refusal = {
  name: string
  status: number | undefined
  /** How often the SDK tried. */
  attempts: number | undefined
  headers: Record<string, string>
}

type SdkError = {
  name?: string
  $metadata?: { httpStatusCode?: number; attempts?: number }
  $response?: { headers?: Record<string, string> }
}

const unserved = new Set([
  'InvalidAction',
  'NotImplemented',
  'NotImplementedException',
  'UnknownOperation',
  'UnknownOperationException',
])

/** Reads the SDK's error. */
export function readRefusal(error: unknown): Refusal {
  const { name = 'Error', $metadata, $response } = error as SdkError
  return {
    name,
    status: $metadata?.httpStatusCode,
    attempts: $metadata?.attempts,
    headers: $response?.headers ?? {},
  }
}

/** Tells whether an endpoint says that it does not know an operation at all. */
export function isUnserved(error: unknown): boolean {
  const { name, status } = readRefusal(error)
  return status === 501 || unserved.has(name)
}

/** How a call was refused; a call that succeeded, or that the endpoint does not serve, throws. */
export async function refused(call: Promise<unknown>): Promise<Refusal> {
  try {
    await call
  } catch (cause) {
    if (isUnserved(cause)) throw cause
    return readRefusal(cause)
  }
  throw new Error('the call succeeded, and should have been refused')
}
