import { UserError } from '../base/user-error.ts'
import { doctorErrors } from './errors.ts'

/** The error for lifecycle rules that doctor cannot judge; `remedy` helps if the error itself has none. */
export function unjudged(error: UserError, remedy: string): UserError {
  return new UserError(doctorErrors['doctor-lifecycle'], 'cannot be judged, so it may delete releases', {
    cause: [error.message, error.cause].filter(Boolean).join('\n'),
    remedy: error.remedy || remedy,
  })
}
