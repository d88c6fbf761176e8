/** An error that prints on stderr in one line without a stack trace; the stand-in exits with 1. */
export class StandInError extends Error {
  override readonly name = 'StandInError'
}
