import { UserError } from '../base/user-error.ts'

/** The errors of releases that failed; where others were pushed all the same, they say so. */
export function explainUnreleased(
  errors: readonly UserError[],
  released: readonly { readonly tag: string; readonly result: string }[],
): UserError[] {
  const pushed = released.filter(({ result }) => result === 'created').map(({ tag }) => tag)
  if (pushed.length === 0) return [...errors]
  return errors.map(
    ({ errorCode, message, cause, remedy, origin }) =>
      new UserError(errorCode, message, {
        cause,
        remedy: `${remedy}\nReleased all the same, and not to be released again: ${pushed.join(', ')}`,
        origin,
      }),
  )
}
