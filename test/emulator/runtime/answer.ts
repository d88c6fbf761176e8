import type { FunctionError } from './messages.ts'
import type { Ending, Run } from './sandbox.ts'

/** What Lambda answers to an invocation whose function ran. */
export type FunctionAnswer = { payload: string; isError: boolean; durationMs: number; log: string }

/** What is known of an invocation beside how it ended. */
export type Asked = { requestId: string; version: string; timeoutMs: number; memoryMb: number }

/** The most bytes of an answer (AWS Lambda developer guide, Quotas: 6 MB, and 100 bytes more in practice). */
const mostAnswerBytes = 6_291_556
/** The most of a log that an answer carries (Lambda API reference, Invoke, LogType). */
const mostLogBytes = 4096

/** An invocation's answer with its log, in Lambda's own words. */
export function answerOf({ ending, durationMs, log }: Run, asked: Asked): FunctionAnswer {
  const answered = payloadOf(ending, asked)
  return { ...answered, durationMs, log: logOf(log, ending, durationMs, asked) }
}

/** The answer of a function that could not even be started. */
export function refused(error: FunctionError, asked: Asked): FunctionAnswer {
  return answerOf({ ending: { kind: 'error', error, isFatal: true }, durationMs: 0, log: '' }, asked)
}

/** The end of a log as `LogResult` has it. */
export function logTail(log: string): string {
  return Buffer.from(log, 'utf8').subarray(-mostLogBytes).toString('base64')
}

function payloadOf(ending: Ending, asked: Asked): { payload: string; isError: boolean } {
  if (ending.kind !== 'result') return { payload: JSON.stringify(errorOf(ending, asked)), isError: true }
  if (Buffer.byteLength(ending.payload) <= mostAnswerBytes) return { payload: ending.payload, isError: false }
  const errorMessage = `Response payload size exceeded maximum allowed payload size (${mostAnswerBytes} bytes).`
  return {
    payload: JSON.stringify({ errorType: 'Function.ResponseSizeTooLarge', errorMessage }),
    isError: true,
  }
}

function errorOf(
  ending: Exclude<Ending, { kind: 'result' }>,
  { requestId, timeoutMs }: Asked,
): FunctionError {
  if (ending.kind === 'error') return ending.error
  const about = `RequestId: ${requestId} Error: `
  if (ending.kind === 'exit') return { errorType: 'Runtime.ExitError', errorMessage: about + ending.status }
  return { errorType: 'Sandbox.Timedout', errorMessage: about + timedOut(timeoutMs) }
}

const timedOut = (timeoutMs: number) => `Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`

function logOf(text: string, ending: Ending, durationMs: number, asked: Asked): string {
  const { requestId, version, timeoutMs, memoryMb } = asked
  const time = durationMs.toFixed(2)
  return [
    `START RequestId: ${requestId} Version: ${version}\n`,
    text,
    ...(ending.kind === 'timeout' ? [`${requestId} ${timedOut(timeoutMs)}\n`] : []),
    ...(ending.kind === 'exit'
      ? [`RequestId: ${requestId} Error: ${ending.status}\nRuntime.ExitError\n`]
      : []),
    `END RequestId: ${requestId}\n`,
    `REPORT RequestId: ${requestId}\tDuration: ${time} ms\tBilled Duration: ${Math.ceil(durationMs)} ms\tMemory Size: ${memoryMb} MB\t\n`,
  ].join('')
}
