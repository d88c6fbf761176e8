import { count as number } from '../base/printable.ts'
import { type ErrorCode, UserError } from '../base/user-error.ts'
import { doctorErrors } from './errors.ts'

/** One thing that a release rests on, and how it is. */
export type DoctorCheck = {
  readonly title: string
  readonly state: 'ok' | 'warning' | 'failed' | 'not checked'
  readonly detail: string
  readonly cause?: string
  readonly remedy?: string
  /** Why the command cannot end well because of it; left out when it can. */
  readonly ending?: 'badInput' | 'cloud'
}

/** What came of looking at something: what is there, or why that is not known. */
export type Look<T> =
  | { readonly value: T }
  | {
      readonly error: UserError
      /** The IAM action that the credentials lack. */
      readonly missingRight?: string
      /** The title of the check that has to hold first. */
      readonly behind?: string
    }

/** A check that holds. */
export function ok(title: string, detail: string): DoctorCheck {
  return { title, state: 'ok', detail }
}

/** A check of something that is not right yet and can wait. */
export function warning(title: string, detail: string, remedy: string): DoctorCheck {
  return { title, state: 'warning', detail, remedy }
}

/** A check that does not hold. */
export function failed(title: string, detail: string, remedy: string): DoctorCheck {
  return { title, state: 'failed', detail, remedy, ending: 'badInput' }
}

/** Judges what was seen, or says why nothing was: what cannot be seen is never taken for right. */
export function judge<T>(title: string, seen: Look<T>, look: (value: T) => DoctorCheck): DoctorCheck {
  if ('value' in seen) return look(seen.value)
  const { error, missingRight, behind } = seen
  const { message: detail, remedy } = error
  const ending = error.ending === 'cloud' ? 'cloud' : 'badInput'
  if (behind !== undefined)
    return { title, state: 'not checked', detail: `the check "${behind}" has to hold first`, ending }
  const cause = error.cause === undefined ? {} : { cause: error.cause }
  if (missingRight !== undefined) {
    const allow = `Allow ${missingRight} to these credentials.`
    return { title, state: 'not checked', detail, ...cause, remedy: allow, ending: 'badInput' }
  }
  const state = ending === 'cloud' ? 'not checked' : 'failed'
  return { title, state, detail, ...cause, remedy, ending }
}

/** Marks what failed because another check did; a missing right stays what it is. */
export function behind<T>(blocker: DoctorCheck, seen: Look<T>): Look<T> {
  if (blocker.state !== 'failed' || 'value' in seen || seen.missingRight !== undefined) return seen
  return blocked(blocker)
}

/** What stands for something that was not even looked at, because another check does not hold. */
export function blocked({ title, detail, ending = 'badInput' }: DoctorCheck): Look<never> {
  return { error: new UserError(codeOf(ending), detail), behind: title }
}

function codeOf(ending: 'badInput' | 'cloud'): ErrorCode {
  return doctorErrors[ending === 'cloud' ? 'doctor-not-checked' : 'doctor-failed']
}

/** Throws when a release cannot rest on what was found: bad set-up outweighs a cloud that did not answer. */
export function requireHealth(checks: readonly DoctorCheck[]): void {
  const bad = checks.flatMap(({ ending }) => ending ?? [])
  if (bad.length === 0) return
  const count = (wanted: DoctorCheck['state']) => checks.filter(({ state }) => state === wanted).length
  const [wrong, unknown] = [count('failed'), count('not checked')]
  const parts = [
    ...(wrong > 0 ? [`${number(wrong, 'check')} failed`] : []),
    ...(unknown > 0 ? [`${number(unknown, 'check')} could not be made`] : []),
  ]
  const code = codeOf(bad.includes('badInput') ? 'badInput' : 'cloud')
  throw new UserError(code, `${parts.join(' and ')}, of ${checks.length}`, { details: { checks } })
}
