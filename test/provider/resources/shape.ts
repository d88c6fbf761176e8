import type { State, Value } from '../wire/value.ts'
import { isEqual } from '../wire/value.ts'

/** An attribute as text; undefined if omitted. */
export function text(value: Value | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** An attribute as a number; undefined if omitted. */
export function number(value: Value | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined
}

/** An attribute as a boolean; undefined if omitted. */
export function boolean(value: Value | undefined): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined
}

/** A list or set of texts; undefined if omitted or empty. */
export function texts(value: Value | undefined): string[] | undefined {
  return Array.isArray(value) && value.length > 0 ? [...(value as string[])] : undefined
}

/** A map of texts; undefined if omitted. */
export function textMap(value: Value | undefined): Record<string, string> | undefined {
  return value === null || value === undefined ? undefined : { ...(value as Record<string, string>) }
}

/** The blocks of one kind. */
export function blocks(value: Value | undefined): State[] {
  return Array.isArray(value) ? [...(value as State[])] : []
}

/** Converts the single block of a kind; undefined if there is none. */
export function oneBlock<T>(value: Value | undefined, read: (block: State) => T): T | undefined {
  const [first] = blocks(value)
  return first === undefined ? undefined : read(first)
}

/** An observed value for the state: null if the configuration omits it and AWS shows its default. */
export function unlessDefault(state: Value | undefined, seen: Value | undefined, standard: Value): Value {
  const value = seen ?? null
  return (state === null || state === undefined) && isEqual(value, standard) ? null : value
}

/** Picks fields by name, without undefined ones. */
export function present<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never
}
