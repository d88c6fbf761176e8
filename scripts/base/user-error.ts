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

/** Why a user error ends a command: the name of its exit code. */
export type Refusal = Exclude<keyof typeof exitCodes, 'done' | 'bug'>

/**
 * An error that the user, the set-up or the cloud has caused and that a person can act on. It is printed as
 * problem, cause and remedy, without a stack trace. Everything else that is thrown is a bug in Waybill.
 */
export class UserError extends Error {
  readonly reason: string | undefined
  readonly remedy: string | undefined
  readonly refusal: Refusal
  readonly details: object | undefined

  /**
   * @param problem what is wrong, in one sentence
   * @param details.reason what AWS, git or the file itself said
   * @param details.remedy what to do next
   * @param details.details what is printed with `JSON=1` beside the error
   * @param details.refusal decides the exit code; `badInput` (2) when it is left out
   */
  constructor(
    problem: string,
    details: {
      reason?: string | undefined
      remedy?: string
      refusal?: Refusal
      details?: object
      cause?: unknown
    } = {},
  ) {
    super(problem, { cause: details.cause })
    this.name = 'UserError'
    this.reason = details.reason
    this.remedy = details.remedy
    this.details = details.details
    this.refusal = details.refusal ?? 'badInput'
  }
}
