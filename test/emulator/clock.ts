/** The time that changes in progress go by, in milliseconds since the epoch. */
export type Clock = { now: () => number; advance: (milliseconds: number) => void }

/** The machine's clock, which a test can put forward instead of waiting. */
export function createClock(): Clock {
  let ahead = 0
  return {
    now: () => Date.now() + ahead,
    advance: milliseconds => {
      ahead += milliseconds
    },
  }
}
