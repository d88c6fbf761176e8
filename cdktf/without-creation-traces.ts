/**
 * Runs `act` while CDKTF cannot note where each of its tokens was created: that takes a third of a synth's time and
 * memory, for messages that no user could act on. CDKTF has no switch for it and overrides `Error.stackTraceLimit`. Errors
 * keep their stacks.
 */
export function withoutCreationTraces<T>(act: () => T): T {
  const capture = Error.captureStackTrace
  Error.captureStackTrace = (target, below) => {
    if (target instanceof Error) capture(target, below)
  }
  try {
    return act()
  } finally {
    Error.captureStackTrace = capture
  }
}
