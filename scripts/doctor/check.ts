import { count } from '../base/printable.ts'
import { UserError } from '../base/user-error.ts'

/** One thing that a release rests on, and how it is. */
export type DoctorCheck = {
  readonly title: string
  readonly state: 'ok' | 'warning' | 'failed' | 'not checked'
  readonly detail: string
  readonly cause?: string
  readonly remedy?: string
  /** Why the command cannot end well because of it; left out when it can. */
  readonly refusal?: 'badInput' | 'cloud'
}

/** What came of looking at something: what is there, or why that is not known. */
export type Attempt<T> =
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
  return { title, state: 'failed', detail, remedy, refusal: 'badInput' }
}

/** Judges what was seen, or says why nothing was: what cannot be seen is never taken for right. */
export function judge<T>(title: string, seen: Attempt<T>, look: (value: T) => DoctorCheck): DoctorCheck {
  if ('value' in seen) return look(seen.value)
  const { error, missingRight, behind } = seen
  const { message: detail, reason, remedy = '', refusal } = error
  if (behind !== undefined) {
    const why = { detail: `the check "${behind}" has to hold first`, refusal: refusalOf(refusal) }
    return { title, state: 'not checked', ...why }
  }
  const cause = reason === undefined ? {} : { cause: reason }
  if (missingRight !== undefined) {
    const allow = `Allow ${missingRight} to these credentials.`
    return { title, state: 'not checked', detail, ...cause, remedy: allow, refusal: 'badInput' }
  }
  const state = refusal === 'cloud' ? 'not checked' : 'failed'
  return { title, state, detail, ...cause, remedy, refusal: refusalOf(refusal) }
}

/** Goes on from what was seen; an error that a person can act on takes its place. */
export function andThen<T, U>(seen: Attempt<T>, read: (value: T) => U): Attempt<U> {
  if (!('value' in seen)) return seen
  try {
    return { value: read(seen.value) }
  } catch (error) {
    if (error instanceof UserError) return { error }
    throw error
  }
}

function refusalOf(refusal: UserError['refusal']): 'badInput' | 'cloud' {
  return refusal === 'cloud' ? 'cloud' : 'badInput'
}

/** Marks what failed because another check did; a missing right stays what it is. */
export function behind<T>(blocker: DoctorCheck, seen: Attempt<T>): Attempt<T> {
  if (blocker.state !== 'failed' || 'value' in seen || seen.missingRight !== undefined) return seen
  return blocked(blocker)
}

/** What stands for something that was not even looked at, because another check does not hold. */
export function blocked({ title, detail, refusal = 'badInput' }: DoctorCheck): Attempt<never> {
  return { error: new UserError(detail, { refusal }), behind: title }
}

/** Throws when a release cannot rest on what was found: bad set-up outweighs a cloud that did not answer. */
export function requireHealth(checks: readonly DoctorCheck[]): void {
  const bad = checks.filter(({ refusal }) => refusal !== undefined)
  if (bad.length === 0) return
  const state = (wanted: DoctorCheck['state']) => checks.filter(one => one.state === wanted).length
  const refusal = bad.some(one => one.refusal === 'badInput') ? 'badInput' : 'cloud'
  const [wrong, unknown] = [state('failed'), state('not checked')]
  const parts = [
    ...(wrong > 0 ? [`${count(wrong, 'check')} failed`] : []),
    ...(unknown > 0 ? [`${count(unknown, 'check')} could not be made`] : []),
  ]
  throw new UserError(`${parts.join(' and ')}, of ${checks.length}`, {
    remedy:
      refusal === 'cloud'
        ? 'It is safe to run make doctor again when all of them answer.'
        : 'Do what the lines above say, then run make doctor again.',
    refusal,
    details: { checks },
  })
}
