import type { Owner } from '../cloudwatch/metrics.ts'
import type { Route } from './route.ts'
import type { LambdaCall, LambdaFunction } from './state.ts'

/**
 * Records values of one invocation, at the time at which it began, for each set of dimensions that Lambda has: all
 * functions, the function, what was invoked of it, and which version an alias chose (AWS Lambda developer guide, "Viewing
 * metrics for Lambda functions" and "Types of metrics").
 */
export function recordMetrics(
  { state, identity, qualifier }: Pick<LambdaCall, 'state' | 'identity' | 'qualifier'>,
  { name: FunctionName }: LambdaFunction,
  { version, alias }: Route,
  values: Record<string, number>,
  at: number,
): void {
  const owner: Owner = identity
  const Resource = qualifier === undefined ? FunctionName : `${FunctionName}:${qualifier}`
  const sets = [
    {},
    { FunctionName },
    { FunctionName, Resource },
    ...(alias ? [{ FunctionName, Resource, ExecutedVersion: version.version }] : []),
  ]
  for (const dimensions of sets) {
    for (const [name, value] of Object.entries(values)) {
      state.metrics.record(owner, { namespace: 'AWS/Lambda', name, dimensions }, value, { at })
    }
  }
}
