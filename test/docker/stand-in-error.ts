/** A fault that is told on stderr in one line, without a stack trace; the stand-in then ends with 1. */
export class StandInError extends Error {
  override readonly name = 'StandInError'
}
