/**
 * The time of every file in a zip, so that the same content gives the same bytes: in the earliest year that a zip can
 * hold, and at noon local time, since a zip has no time zone and no zone skips noon.
 */
export function zipTime(): Date {
  return new Date(1980, 0, 1, 12)
}
