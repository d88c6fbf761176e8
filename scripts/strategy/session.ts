import { minutesOf, type Phases } from './phases.ts'

// As long as CI waits for another run's lock, as an apply, and as revisions take to start.
const besideMinutes = 15 + 15 + 15
// The metrics of a phase's last minute come a minute later, and are seen with the next look.
const perPhaseMinutes = 2

/** How long a deploy may take with a strategy, in minutes. */
export function deployMinutes(phases: Phases): number {
  return besideMinutes + minutesOf(phases) + perPhaseMinutes * phases.length
}

const shortestSession = 60

/**
 * The longest session of a role, in minutes; a role allows an hour unless it says otherwise (IAM user guide, "Methods to
 * assume a role").
 */
export const longestSession = 12 * 60

/** How long the session of a job has to last for a deploy of so many minutes, as far as AWS lets it. */
export function sessionMinutes(minutes: number): number {
  return Math.min(longestSession, Math.max(shortestSession, minutes))
}

/** The longest session that a role allows for such deploys: in whole hours, so that it seldom changes. */
export function roleSessionMinutes(minutes: number): number {
  return sessionMinutes(Math.ceil(minutes / 60) * 60)
}
