/** A failure as the provider prints it: one line, and what to do about it. */
export class ProviderError extends Error {
  readonly detail: string

  constructor(summary: string, detail = '') {
    super(summary)
    this.name = 'ProviderError'
    this.detail = detail
  }
}

const operations = new WeakMap<object, string>()

/** Records the operation that an error came from, such as `Lambda: CreateFunction`. */
export function noteOperation(cause: unknown, operation: string): void {
  if (typeof cause === 'object' && cause !== null) operations.set(cause, operation)
}

/** Runs a step. A refusal by AWS becomes an error that begins with the step, such as `creating …`. */
export async function step<T>(doing: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (cause) {
    if (cause instanceof ProviderError) throw cause
    throw new ProviderError(`${doing}: ${awsWords(cause)}`)
  }
}

/** Whether AWS said that something does not exist. */
export function isMissing(cause: unknown): boolean {
  const { name, $metadata } = cause as Error & { $metadata?: { httpStatusCode?: number } }
  return $metadata?.httpStatusCode === 404 || missingCodes.has(name)
}

const missingCodes = new Set([
  'RepositoryNotFoundException',
  'LifecyclePolicyNotFoundException',
  'RepositoryPolicyNotFoundException',
  'ServiceNotFoundException',
  'ClusterNotFoundException',
  'RuleNotFoundException',
  'TargetGroupNotFoundException',
])

// The wording of the AWS SDK for Go v2, which the real provider uses (smithy-go, OperationError).
function awsWords(cause: unknown): string {
  const error = cause as Error & { $metadata?: { httpStatusCode?: number; requestId?: string } }
  const operation = operations.get(error)
  if (operation === undefined) return error.message
  const { httpStatusCode, requestId = '' } = error.$metadata ?? {}
  const response =
    httpStatusCode === undefined
      ? `request send failed, ${error.message || error.name}`
      : `https response error StatusCode: ${httpStatusCode}, RequestID: ${requestId}, ${error.name}: ${error.message}`
  return `operation error ${operation}, ${response}`
}
