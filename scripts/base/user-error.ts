/** The exit codes of every command (design: "Exit codes"). `make` turns any code but 0 into 2. */
export const exitCodes = {
  done: 0,
  bug: 1,
  badInput: 2,
  refused: 3,
  notReady: 4,
  rolledBack: 5,
  cloud: 6,
} as const

/** The name of the exit code that a user error ends a command with. */
export type Ending = Exclude<keyof typeof exitCodes, 'done' | 'bug'>

/** One kind of error. Programs rely on its code, so it never changes. */
export type ErrorCode = {
  readonly code: string
  readonly ending: Ending
  /** One sentence for docs/errors.md. */
  readonly meaning: string
  /** The usual remedy; a message that knows a better one overrides it. */
  readonly remedy: string
}

type ErrorRow = readonly [ending: Ending, meaning: string, remedy: string]

/** Makes a room's errors from rows such as `'pin-older': ['refused', <meaning>, <remedy>]`. */
export function errorCodes<Code extends string>(
  rows: Readonly<Record<Code, ErrorRow>>,
): Readonly<Record<Code, ErrorCode>> {
  const codes = Object.entries<ErrorRow>(rows).map(([code, [ending, meaning, remedy]]) => {
    return [code, { code, ending, meaning, remedy }] as const
  })
  return Object.fromEntries(codes) as Record<Code, ErrorCode>
}

/** What an error says besides its problem. */
export type ErrorDetails = {
  /** The cause, in the words of AWS, git or the file itself. */
  readonly cause?: string | undefined
  /** What to do next; the code's usual remedy by default. */
  readonly remedy?: string | undefined
  /** Printed next to the error with `JSON=1`. */
  readonly details?: object | undefined
  /** The caught error. */
  readonly origin?: unknown
}

/**
 * An error that the user, the set-up or the cloud caused and that a person can act on. It prints as problem, cause,
 * remedy and code, without a stack trace. Anything else that is thrown is a bug in Waybill.
 */
export class UserError extends Error {
  readonly errorCode: ErrorCode
  override readonly cause: string | undefined
  readonly remedy: string
  readonly details: object | undefined
  readonly origin: unknown

  constructor(errorCode: ErrorCode, problem: string, details: ErrorDetails = {}) {
    super(problem)
    this.name = 'UserError'
    this.errorCode = errorCode
    this.cause = details.cause
    this.remedy = details.remedy ?? errorCode.remedy
    this.details = details.details
    this.origin = details.origin
  }

  /** The stable code, such as `pin-older`. */
  get code(): string {
    return this.errorCode.code
  }

  /** The name of the exit code that it ends a command with. */
  get ending(): Ending {
    return this.errorCode.ending
  }
}
