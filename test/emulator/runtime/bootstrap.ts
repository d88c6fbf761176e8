import { format } from 'node:util'
import { Worker } from 'node:worker_threads'
import type { Callback, Handler } from './handler.ts'
import { loadHandler, RuntimeError } from './handler.ts'
import type { FunctionError, Invocation, Report } from './messages.ts'
import { endOfLog } from './messages.ts'

/*
 * The process in which a function runs: it loads the handler that its environment names, and runs one invocation after
 * the other, as the runtime interface client of Lambda does for Node.js.
 */
const [emulator, root] = process.argv.slice(2)
const { env } = process
// Node.js 24 has no callbacks any more (AWS Compute blog, "Node.js 24 runtime now available in AWS Lambda").
const hasCallbacks = Number(/nodejs(\d+)/.exec(env.AWS_EXECUTION_ENV ?? '')?.[1] ?? 24) < 24
let current: string | undefined

new Worker(new URL('watchdog.ts', import.meta.url), { workerData: { emulator: Number(emulator), root } })
logLikeLambda()
process.on('uncaughtException', error => end(describe(error), 129))
process.on('unhandledRejection', reason => {
  const errorMessage = String(reason)
  end({ ...describe(reason), errorType: 'Runtime.UnhandledPromiseRejection', errorMessage }, 128)
})
await main()

async function main(): Promise<void> {
  try {
    const handler = await loadHandler(env.LAMBDA_TASK_ROOT ?? '', env._HANDLER ?? '')
    checkSignature(handler)
    process.on('message', (invocation: Invocation) => void run(handler, invocation))
    report({ kind: 'loaded' })
  } catch (error) {
    end(describe(error), 1)
  }
}

function checkSignature(handler: Handler): void {
  if (hasCallbacks || handler.length < 3) return
  throw new RuntimeError(
    'CallbackHandlerDeprecated',
    'ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to modify this function to use a supported handler signature to use Node.js 24 or later. For more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.',
  )
}

async function run(handler: Handler, invocation: Invocation): Promise<void> {
  current = invocation.requestId
  try {
    const result = await call(handler, JSON.parse(invocation.event), contextOf(invocation))
    finish(invocation, { kind: 'result', payload: JSON.stringify(result) ?? 'null' })
  } catch (error) {
    finish(invocation, { kind: 'error', error: describe(error), isFatal: false })
  }
}

function call(handler: Handler, event: unknown, context: object): unknown {
  if (!hasCallbacks) return handler(event, context)
  return new Promise((resolve, reject) => {
    const callback: Callback = (error, result) => (error ? reject(error) : resolve(result))
    const answer = handler(event, context, callback)
    // Without a promise and a callback there is nothing to wait for, and what is returned is lost.
    if (answer instanceof Promise) answer.then(resolve, reject)
    else if (handler.length < 3) resolve(null)
  })
}

function contextOf({ requestId, invokedArn, deadline }: Invocation): object {
  return {
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    invokedFunctionArn: invokedArn,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    awsRequestId: requestId,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  }
}

function finish({ requestId }: Invocation, answer: Report): void {
  process.stdout.write(endOfLog(requestId))
  process.stderr.write(endOfLog(requestId))
  report(answer)
}

function end(error: FunctionError, code: number): void {
  log('ERROR', JSON.stringify(error))
  report({ kind: 'error', error, isFatal: true }, () => process.exit(code))
}

function report(message: Report, then: () => void = () => {}): void {
  process.send?.(message, then)
}

function describe(error: unknown): FunctionError {
  if (!(error instanceof Error)) {
    return { errorType: typeof error, errorMessage: String(error), trace: [] }
  }
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') }
}

/** Writes what the code logs to the console as Lambda does in its text format: time, request, level. */
function logLikeLambda(): void {
  const levels = {
    log: 'INFO',
    info: 'INFO',
    debug: 'DEBUG',
    trace: 'TRACE',
    warn: 'WARN',
    error: 'ERROR',
  } as const
  for (const [method, level] of Object.entries(levels)) {
    console[method as keyof typeof levels] = (...values: unknown[]) => log(level, format(...values))
  }
}

function log(level: string, text: string): void {
  const time = new Date().toISOString()
  process.stdout.write(`${time}\t${current ?? 'undefined'}\t${level}\t${text.replaceAll('\n', '\r')}\n`)
}
