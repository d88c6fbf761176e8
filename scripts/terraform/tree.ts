/** A list or an object in Terraform's JSON. */
export type Tree = Readonly<Record<string, unknown>>

/** Whether a value is a list or an object. */
export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null
}

/** The keys of a list or an object; none of any other value. */
export function keysOf(value: unknown): string[] {
  return isTree(value) ? Object.keys(value) : []
}

/** The value at a key of its own: an environment variable can be named `constructor`. */
export function at(value: unknown, key: string): unknown {
  return isTree(value) && Object.hasOwn(value, key) ? value[key] : undefined
}
