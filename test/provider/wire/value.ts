/** A value that terraform does not know yet. */
export const unknown: Unknown = Object.freeze({ unknown: true })

/** The type of `unknown`, compared by identity. */
export type Unknown = { readonly unknown: true }

/** A terraform value; fractions are numbers here and decimal text on the wire. */
export type Value =
  | null
  | boolean
  | number
  | string
  | Unknown
  | readonly Value[]
  | { readonly [name: string]: Value }

/** The state of a resource: its attributes and blocks by name. */
export type State = { readonly [name: string]: Value }

/** Whether two values are equal; sets are sorted on input. */
export function isEqual(one: Value | undefined, other: Value | undefined): boolean {
  return one === other || canonical(one ?? null) === canonical(other ?? null)
}

/** Prints a value as text that is the same for equal values. */
export function canonical(value: Value): string {
  if (value === unknown) return 'unknown'
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([name, part]) => `${JSON.stringify(name)}:${canonical(part)}`).join()}}`
}

/** Replaces unknown values with null, as a finished apply must. */
export function withoutUnknown(value: Value): Value {
  if (value === unknown) return null
  if (Array.isArray(value)) return value.map(withoutUnknown)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, withoutUnknown(part)]))
}
