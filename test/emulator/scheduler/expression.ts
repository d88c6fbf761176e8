const units = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const

/** When something is due: at one time, or every so many milliseconds. */
export type When = { at: number } | { everyMs: number }

/**
 * Reads `at(yyyy-mm-ddThh:mm:ss)` in UTC, and `rate(5 minutes)`; undefined for anything else, cron included (EventBridge
 * Scheduler user guide, "Schedule types in EventBridge Scheduler").
 */
export function readExpression(text: string): When | undefined {
  const [, time] = /^at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)$/.exec(text) ?? []
  if (time !== undefined) {
    const at = Date.parse(`${time}Z`)
    return Number.isNaN(at) ? undefined : { at }
  }
  const [, count, unit] = /^rate\(([1-9]\d*) (minute|hour|day)s?\)$/.exec(text) ?? []
  return unit === undefined ? undefined : { everyMs: Number(count) * units[unit as keyof typeof units] }
}

/** When it is first due, for a schedule that is made now. */
export function firstDue(when: When, now: number): number {
  return 'at' in when ? when.at : now + when.everyMs
}
