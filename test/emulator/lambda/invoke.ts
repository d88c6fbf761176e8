import { randomUUID } from 'node:crypto'
import { keepLog } from '../logs/state.ts'
import type { Answer } from '../protocol/protocol.ts'
import { AwsError, answer } from '../protocol/protocol.ts'
import type { FunctionAnswer } from '../runtime/answer.ts'
import { logTail } from '../runtime/answer.ts'
import { lambdaError } from './errors.ts'
import { jobOf } from './job.ts'
import { recordMetrics } from './metrics.ts'
import type { Route } from './route.ts'
import { route } from './route.ts'
import type { LambdaCall, LambdaFunction } from './state.ts'
import { checkActive, findFunction } from './state.ts'

/** The most bytes of an event (AWS Lambda developer guide, Quotas): 6 MB for an answer, 1 MB without. */
const mostBytes = { RequestResponse: 6_291_456, Event: 1_048_576 }

/**
 * Invoke: runs the function's code in a process. An event is run once and its error is only counted, where AWS tries again
 * after one minute and after two; one that meets the limit of concurrency is lost.
 */
export async function invoke(call: LambdaCall): Promise<Answer> {
  const target = findFunction(call)
  const chosen = route(call, target)
  checkActive(call.state, chosen.version)
  const kind = call.headers['x-amz-invocation-type'] ?? 'RequestResponse'
  const event = readEvent(call, kind)
  const requestId = randomUUID()
  const headers = { 'x-amzn-requestid': requestId, 'x-amz-executed-version': chosen.version.version }
  if (kind === 'DryRun') return answer(204, headers)
  const running = run(call, target, chosen, { requestId, event })
  if (kind === 'Event') {
    running.catch(() => {})
    return answer(202, headers)
  }
  const { payload, isError, log } = await running
  const isTail = call.headers['x-amz-log-type'] === 'Tail'
  return answer(
    200,
    {
      'content-type': 'application/json',
      ...headers,
      ...(isError ? { 'x-amz-function-error': 'Unhandled' } : {}),
      ...(isTail ? { 'x-amz-log-result': logTail(log) } : {}),
    },
    payload,
  )
}

function readEvent({ body }: LambdaCall, kind: string): string {
  const most = kind === 'Event' ? mostBytes.Event : mostBytes.RequestResponse
  if (body.length > most) throw tooLarge(body.length, kind)
  const event = body.toString('utf8') || '{}'
  try {
    JSON.parse(event)
  } catch (cause) {
    const message = `Could not parse request body into json: ${(cause as Error).message}`
    throw lambdaError('InvalidRequestContentException', message)
  }
  return event
}

function tooLarge(bytes: number, kind: string): AwsError {
  const message =
    kind === 'Event'
      ? `${bytes} byte payload is too large for the Event invocation type (limit ${mostBytes.Event} bytes)`
      : `Request must be smaller than ${mostBytes.RequestResponse} bytes for the InvokeFunction operation`
  return new AwsError('RequestEntityTooLargeException', 413, message, { fields: { Type: 'User' } })
}

async function run(
  call: LambdaCall,
  target: LambdaFunction,
  chosen: Route,
  invocation: { requestId: string; event: string },
): Promise<FunctionAnswer> {
  const { running, runtime, clock } = call.state
  const began = clock.now()
  const count = running.get(target.arn) ?? 0
  if (count >= (target.reservedConcurrency ?? Number.POSITIVE_INFINITY)) {
    recordMetrics(call, target, chosen, { Throttles: 1 }, began)
    throw throttled()
  }
  running.set(target.arn, count + 1)
  try {
    const here = call.state.here.get(target.name)
    const answered = here
      ? await runHere(here, invocation.event)
      : await runtime.run(jobOf(call, target, chosen, invocation))
    const { isError, durationMs } = answered
    const values = { Invocations: 1, Errors: Number(isError), Throttles: 0, Duration: durationMs }
    recordMetrics(call, target, chosen, values, began)
    const { name } = target
    keepLog(call.state.logs, call.identity, { name, version: chosen.version.version, text: answered.log })
    return answered
  } finally {
    running.set(target.arn, (running.get(target.arn) ?? 1) - 1)
  }
}

async function runHere(code: (event: unknown) => Promise<unknown>, event: string): Promise<FunctionAnswer> {
  const began = performance.now()
  const ended = await code(JSON.parse(event)).then(
    answer => ({ payload: JSON.stringify(answer ?? null), isError: false }),
    (error: unknown) => ({ payload: JSON.stringify({ errorMessage: String(error) }), isError: true }),
  )
  return { ...ended, log: '', durationMs: performance.now() - began }
}

/** Beyond the concurrency that is reserved for the function (Lambda API reference, Invoke, TooManyRequestsException). */
function throttled(): AwsError {
  const fields = { Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded', Type: 'User' }
  return new AwsError('TooManyRequestsException', 429, 'Rate Exceeded.', { fields })
}
