import { UserError } from '../../scripts/base/user-error.ts'

/** What came of several attempts: the values of those that went well, and the errors of the others. */
export type Gathered<Value> = { readonly values: readonly Value[]; readonly errors: readonly UserError[] }

/** Makes every attempt, so that a person reads of all errors at once; a bug is thrown as it is. */
export function gather<Value>(attempts: Iterable<() => Value>): Gathered<Value> {
  const values: Value[] = []
  const errors: UserError[] = []
  for (const attempt of attempts) {
    try {
      values.push(attempt())
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      errors.push(error)
    }
  }
  return { values, errors }
}
