/** What the emulator asks the process of a function to run. */
export type Invocation = {
  requestId: string
  /** The event, as JSON. */
  event: string
  invokedArn: string
  /** When the time of the function is up, in milliseconds since the epoch by the machine's clock. */
  deadline: number
}

/** An error as Lambda answers it. */
export type FunctionError = { errorType: string; errorMessage: string; trace?: string[] }

/** What the process of a function says: that its code is loaded, or could not be, and how an invocation ended. */
export type Report =
  | { kind: 'loaded' }
  | { kind: 'result'; payload: string }
  /** After a fatal error the process ends. */
  | { kind: 'error'; error: FunctionError; isFatal: boolean }

/** What the process writes to both its streams when an invocation is over, so that all it logged before is known. */
export function endOfLog(requestId: string): string {
  return `\0${requestId}\0`
}
