import { z } from 'zod'

/** A list, which the query protocol sends as an empty text when it is empty. */
export function listOf<T extends z.ZodType>(item: T, most: number) {
  return z.preprocess(value => (value === '' ? [] : value), z.array(item).max(most))
}

/** A whole number from `least` to `most`, which the query protocol sends as text. */
export function wholeNumber(least: number, most: number) {
  return z
    .string()
    .regex(/^-?\d+$/)
    .transform(Number)
    .pipe(z.number().min(least).max(most))
}
