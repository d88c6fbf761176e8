const units = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const

/** When something is due: at one time, every so many milliseconds, or as a calendar says, which the emulator keeps none of. */
export type When = { at: number } | { everyMs: number } | { cron: string }

/**
 * Reads `at(yyyy-mm-ddThh:mm:ss)` in UTC, `rate(5 minutes)`, and the six fields of `cron(…)`, which it does not look into;
 * undefined for anything else (EventBridge Scheduler user guide, "Schedule types in EventBridge Scheduler").
 */
export function readExpression(text: string): When | undefined {
  const [, time] = /^at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)$/.exec(text) ?? []
  if (time !== undefined) {
    const at = Date.parse(`${time}Z`)
    return Number.isNaN(at) ? undefined : { at }
  }
  const [, cron] = /^cron\((\S+(?: \S+){5})\)$/.exec(text) ?? []
  if (cron !== undefined) return { cron }
  const [, count, unit] = /^rate\(([1-9]\d*) (minute|hour|day)s?\)$/.exec(text) ?? []
  return unit === undefined ? undefined : { everyMs: Number(count) * units[unit as keyof typeof units] }
}

/** When it is first due, for a schedule that is made now; undefined if the emulator never calls it. */
export function firstDue(when: When, now: number): number | undefined {
  if ('cron' in when) return undefined
  return 'at' in when ? when.at : now + when.everyMs
}
