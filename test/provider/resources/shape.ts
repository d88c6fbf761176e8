import type { State, Value } from '../wire/value.ts'
import { isEqual } from '../wire/value.ts'

/** An attribute's text, undefined when it is left out. */
export function text(value: Value | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** An attribute's number, undefined when it is left out. */
export function number(value: Value | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined
}

/** An attribute's truth, undefined when it is left out. */
export function boolean(value: Value | undefined): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined
}

/** A list's or set's texts, undefined when it is left out or empty. */
export function texts(value: Value | undefined): string[] | undefined {
  return Array.isArray(value) && value.length > 0 ? [...(value as string[])] : undefined
}

/** A map's texts, undefined when it is left out. */
export function textMap(value: Value | undefined): Record<string, string> | undefined {
  return value === null || value === undefined ? undefined : { ...(value as Record<string, string>) }
}

/** The blocks of one kind. */
export function blocks(value: Value | undefined): State[] {
  return Array.isArray(value) ? [...(value as State[])] : []
}

/** What the one block of a kind comes to, undefined when there is none. */
export function oneBlock<T>(value: Value | undefined, read: (block: State) => T): T | undefined {
  const [first] = blocks(value)
  return first === undefined ? undefined : read(first)
}

/** What is there, as the state shows it: null where the configuration leaves it out and AWS shows its default. */
export function unlessDefault(state: Value | undefined, seen: Value | undefined, standard: Value): Value {
  const value = seen ?? null
  return (state === null || state === undefined) && isEqual(value, standard) ? null : value
}

/** The fields of these names with what they are, without those that are undefined. */
export function present<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never
}
