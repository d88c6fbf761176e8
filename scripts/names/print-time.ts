/** An ISO time for a person, to the minute and in UTC, as in `2026-01-02 03:04 UTC`. */
export function printTime(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`
}
