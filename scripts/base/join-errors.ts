import { exitCodes, UserError } from './user-error.ts'

/**
 * Throws if there are errors: a single one unchanged, several as one that lists them all, with the code of the most
 * serious one. `details` is printed next to them with `JSON=1`.
 */
export function joinErrors(errors: readonly UserError[], details?: object): void {
  const [first] = errors
  if (first === undefined) return
  if (errors.length === 1 && details === undefined) throw first
  const worst = errors.reduce((a, b) => (severity(b) > severity(a) ? b : a))
  const messages = errors.map(({ message, cause }) =>
    cause === undefined ? message : `${message}\n  ${cause.replaceAll('\n', '\n  ')}`,
  )
  throw new UserError(worst.errorCode, [...new Set(messages)].join('\n'), {
    remedy: [...new Set(errors.map(({ remedy }) => remedy).filter(Boolean))].join('\n'),
    details: { ...details, errors: errors.map(describeError) },
  })
}

/** An error as `JSON=1` prints it. */
export function describeError({ code, message, cause, remedy }: UserError) {
  return { code, problem: message, cause, remedy }
}

// A conflict outweighs what waiting or a rerun would fix; bad input outweighs both.
const order = [
  exitCodes.cloud,
  exitCodes.notReady,
  exitCodes.rolledBack,
  exitCodes.refused,
  exitCodes.badInput,
]

function severity(error: UserError): number {
  return (order as number[]).indexOf(exitCodes[error.ending])
}
