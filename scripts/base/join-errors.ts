import { exitCodes, UserError } from './user-error.ts'

/**
 * Throws when there are errors: the only one as it is, several as one that lists all, with the code of the gravest.
 * `details` is what is printed with `JSON=1` beside them.
 */
export function joinErrors(errors: readonly UserError[], details?: object): void {
  const [first] = errors
  if (first === undefined) return
  if (errors.length === 1 && details === undefined) throw first
  const gravest = errors.reduce((a, b) => (gravity(b) > gravity(a) ? b : a))
  const messages = errors.map(({ message, cause }) =>
    cause === undefined ? message : `${message}\n  ${cause}`,
  )
  throw new UserError(gravest.errorCode, [...new Set(messages)].join('\n'), {
    remedy: [...new Set(errors.map(({ remedy }) => remedy).filter(Boolean))].join('\n'),
    details: { ...details, errors: errors.map(describeError) },
  })
}

/** An error as programs read it. */
export function describeError({ code, message, cause, remedy }: UserError) {
  return { code, problem: message, cause, remedy }
}

// A conflict outweighs what waiting or running again would fix; bad input outweighs both.
const order = [
  exitCodes.cloud,
  exitCodes.notReady,
  exitCodes.rolledBack,
  exitCodes.refused,
  exitCodes.badInput,
]

function gravity(error: UserError): number {
  return (order as number[]).indexOf(exitCodes[error.ending])
}
