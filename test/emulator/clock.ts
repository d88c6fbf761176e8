/** The time that changes in progress go by, in milliseconds since the epoch. */
export type Clock = {
  now: () => number
  advance: (milliseconds: number) => void
  /** Hears of each time that it is put forward. */
  onAdvance: (listener: () => void) => void
}

/** The machine's clock, which a test can put forward instead of waiting. */
export function createClock(): Clock {
  let ahead = 0
  const listeners: (() => void)[] = []
  return {
    now: () => Date.now() + ahead,
    advance: milliseconds => {
      ahead += milliseconds
      for (const listener of listeners) listener()
    },
    onAdvance: listener => void listeners.push(listener),
  }
}
