import { at, isTree, keysOf, type Tree } from './tree.ts'

/** Two versions of a value, with what is unknown until the apply and what is sensitive in each. */
export type Versions = {
  readonly before: Tree
  readonly after: Tree
  readonly unknown: unknown
  readonly hidden: readonly [before: unknown, after: unknown]
}

/**
 * Keys two lists by the names of their items: `[{ name: 'A', value: 'x' }]` becomes `{ A: 'x' }`. Compared by index, a
 * new first item would look like a change to every other. Undefined unless each item has a unique name.
 */
export function byName({ before, after, unknown, hidden }: Versions): Versions | undefined {
  const [old, now] = [namedItems(before, undefined, hidden[0]), namedItems(after, unknown, hidden[1])]
  if (old === undefined || now === undefined) return undefined
  const field = valueField([...old, ...now])
  const keyed = (items: readonly Named[], part: 'value' | 'unknown' | 'hidden') =>
    Object.fromEntries(
      items.map(item => [item.name, field === undefined ? item[part] : at(item[part], field)]),
    )
  return {
    before: keyed(old, 'value'),
    after: keyed(now, 'value'),
    unknown: keyed(now, 'unknown'),
    hidden: [keyed(old, 'hidden'), keyed(now, 'hidden')],
  }
}

/** Whether a value is a list whose items can be compared by name. */
export function hasNamedItems(value: unknown, unknown: unknown, hidden: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && namedItems(value as never, unknown, hidden) !== undefined
}

type Named = {
  readonly name: string
  readonly value: Tree
  readonly unknown: unknown
  readonly hidden: unknown
}

function namedItems(list: Tree, unknown: unknown, hidden: unknown): Named[] | undefined {
  if (!Array.isArray(list) || keysOf(unknown).length > list.length) return undefined
  const items = list.map((value: unknown, index): Named | undefined => {
    const [name, veil] = [at(value, 'name'), at(hidden, String(index))]
    // A path is printed, so a name in it must not be a secret.
    if (typeof name !== 'string' || veil === true || at(veil, 'name') === true) return undefined
    return isTree(value) ? { name, value, unknown: at(unknown, String(index)), hidden: veil } : undefined
  })
  const named = items.filter(item => item !== undefined)
  return new Set(named.map(({ name }) => name)).size === list.length ? named : undefined
}

/** The only field besides `name` that all items have, if it is `value` or `valueFrom`. */
function valueField(items: readonly Named[]): string | undefined {
  const fields = items.map(({ value, unknown }) =>
    [...new Set([...keysOf(value), ...keysOf(unknown)])].filter(key => key !== 'name').join(),
  )
  return ['value', 'valueFrom'].find(field => fields.every(others => others === field))
}
