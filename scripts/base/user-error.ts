/** What a command's exit code says (design: "Exit codes"). `make` itself turns any of them but 0 into 2. */
export const exitCodes = {
  done: 0,
  bug: 1,
  badInput: 2,
  refused: 3,
  notReady: 4,
  rolledBack: 5,
  cloud: 6,
} as const

/** How a user error ends a command: the name of its exit code. */
export type Ending = Exclude<keyof typeof exitCodes, 'done' | 'bug'>

/** One kind of error, with a code that stays the same for programs. */
export type ErrorCode = {
  readonly code: string
  readonly ending: Ending
  /** One sentence for docs/errors.md. */
  readonly meaning: string
  /** What helps in general; a message that knows more says that instead. */
  readonly remedy: string
}

type ErrorRow = readonly [ending: Ending, meaning: string, remedy: string]

/** The errors of a room, from a table of `'pin-older': ['refused', <meaning>, <remedy>]`. */
export function errorCodes<Code extends string>(
  rows: Readonly<Record<Code, ErrorRow>>,
): Readonly<Record<Code, ErrorCode>> {
  const codes = Object.entries<ErrorRow>(rows).map(([code, [ending, meaning, remedy]]) => {
    return [code, { code, ending, meaning, remedy }] as const
  })
  return Object.fromEntries(codes) as Record<Code, ErrorCode>
}

/** What an error says beside its problem. */
export type ErrorDetails = {
  /** The cause, as AWS, git or the file itself said it. */
  readonly cause?: string | undefined
  /** What to do next; the code's own remedy when it is left out. */
  readonly remedy?: string | undefined
  /** What is printed with `JSON=1` beside the error. */
  readonly details?: object | undefined
  /** What was caught. */
  readonly origin?: unknown
}

/**
 * An error that the user, the set-up or the cloud caused and that a person can act on. It is printed as problem, cause,
 * remedy and code, without a stack trace. Everything else that is thrown is a bug in Waybill.
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

  /** The stable code, as in `pin-older`. */
  get code(): string {
    return this.errorCode.code
  }

  /** The name of the exit code with which it ends a command. */
  get ending(): Ending {
    return this.errorCode.ending
  }
}
