import { count } from '../base/printable.ts'
import { type ErrorCode, UserError } from '../base/user-error.ts'
import { doctorErrors } from './errors.ts'

/** The result of checking one thing that releases depend on. */
export type DoctorCheck = {
  readonly title: string
  readonly state: 'ok' | 'warning' | 'failed' | 'not checked'
  readonly detail: string
  readonly cause?: string
  readonly remedy?: string
  /** How this result makes the command end; left out if the command can succeed. */
  readonly ending?: 'badInput' | 'cloud'
}

/** An attempt to look at something. */
export type Look<T> = { readonly value: T } | Unseen

/** Why something could not be looked at; it can also name a missing permission, or a check that has to pass first. */
export type Unseen = {
  readonly error: UserError
  /** The IAM action that the credentials lack. */
  readonly missingRight?: string
  /** The title of the check that has to pass first. */
  readonly behind?: string
}

/** A check that passes. */
export function passes(title: string, detail: string): DoctorCheck {
  return { title, state: 'ok', detail }
}

/** A check that finds something to improve, which can wait. */
export function warns(title: string, detail: string, remedy: string): DoctorCheck {
  return { title, state: 'warning', detail, remedy }
}

/** A check that fails. */
export function fails(title: string, detail: string, remedy: string): DoctorCheck {
  return { title, state: 'failed', detail, remedy, ending: 'badInput' }
}

/** Judges what was seen, or says why it could not be seen: that never passes. */
export function judge<T>(title: string, seen: Look<T>, look: (value: T) => DoctorCheck): DoctorCheck {
  if ('value' in seen) return look(seen.value)
  const { error, missingRight, behind } = seen
  const { message: detail, remedy } = error
  const ending = error.ending === 'cloud' ? 'cloud' : 'badInput'
  if (behind !== undefined)
    return { title, state: 'not checked', detail: `the check "${behind}" has to pass first`, ending }
  const cause = error.cause === undefined ? {} : { cause: error.cause }
  if (missingRight !== undefined) {
    const allow = `Grant ${missingRight} to these credentials.`
    return { title, state: 'not checked', detail, ...cause, remedy: allow, ending: 'badInput' }
  }
  const state = ending === 'cloud' ? 'not checked' : 'failed'
  return { title, state, detail, ...cause, remedy, ending }
}

/** Marks a look that failed because another check did; a missing permission stays as it is. */
export function behind<T>(blocker: DoctorCheck, seen: Look<T>): Look<T> {
  if (blocker.state !== 'failed' || 'value' in seen || seen.missingRight !== undefined) return seen
  return blocked(blocker)
}

/** The result of a look that was skipped because another check did not pass. */
export function blocked({ title, detail, ending = 'badInput' }: DoctorCheck): Look<never> {
  return { error: new UserError(codeOf(ending), detail), behind: title }
}

function codeOf(ending: 'badInput' | 'cloud'): ErrorCode {
  return doctorErrors[ending === 'cloud' ? 'doctor-not-checked' : 'doctor-failed']
}

/** Throws if a release cannot depend on what was found; a bad set-up outweighs a cloud that did not answer. */
export function requireHealth(checks: readonly DoctorCheck[]): void {
  const bad = checks.flatMap(({ ending }) => ending ?? [])
  if (bad.length === 0) return
  const all = (wanted: DoctorCheck['state']) => checks.filter(({ state }) => state === wanted).length
  const [failed, unknown] = [all('failed'), all('not checked')]
  const parts = [
    ...(failed > 0 ? [`${count(failed, 'check')} failed`] : []),
    ...(unknown > 0 ? [`${count(unknown, 'check')} could not run`] : []),
  ]
  const code = codeOf(bad.includes('badInput') ? 'badInput' : 'cloud')
  throw new UserError(code, `${parts.join(' and ')}, of ${checks.length}`, { details: { checks } })
}
