import { byName, hasNamedItems } from './named-items.ts'
import { at, isTree, keysOf, type Tree } from './tree.ts'

/** One attribute that a plan would change, with its values as they are printed. */
export type AttributeChange = { readonly path: string; readonly before: string; readonly after: string }

/** A change as a plan has it (Terraform, "JSON Output Format", change representation). */
export type PlannedChange = {
  readonly before?: unknown
  readonly after?: unknown
  readonly after_unknown?: unknown
  readonly before_sensitive?: unknown
  readonly after_sensitive?: unknown
}

/**
 * The attributes that differ, each at the deepest place where both sides have one; none of what is made or goes. What
 * is sensitive is never in them.
 */
export function attributeChanges(change: PlannedChange): AttributeChange[] {
  if (change.before === null || change.after === null) return []
  return differences('', change.before, change.after, change.after_unknown, [
    change.before_sensitive,
    change.after_sensitive,
  ])
}

/** What is hidden in a value: before, and after. `true` hides it all. */
type Sensitive = readonly [unknown, unknown]

function differences(
  path: string,
  before: unknown,
  after: unknown,
  unknown: unknown,
  hidden: Sensitive,
): AttributeChange[] {
  if (hidden.includes(true))
    return same(before, after) && unknown !== true ? [] : [{ path, before: sensitive, after: sensitive }]
  if (unknown === true) return [{ path, before: print(before, hidden[0]), after: notYet }]
  // Where there was no list, the items of the new one are shown one by one.
  if (before == null && hasNamedItems(after, unknown, hidden[1]))
    return inTrees(path, nothing, after as Tree, unknown, hidden)
  if (after == null && hasNamedItems(before, undefined, hidden[0]))
    return inTrees(path, before as Tree, nothing, unknown, hidden)
  const [one, other] = [decoded(before, after), decoded(after, before)]
  const inner = isTree(one) && isTree(other) ? inTrees(path, one, other, unknown, hidden) : []
  // Two texts of the same JSON still differ as texts.
  if (isTree(before) && isTree(after)) return inner
  if (inner.length > 0 || same(before, after)) return inner
  return [{ path, before: print(before, hidden[0]), after: print(after, hidden[1], unknown) }]
}

const nothing = [] as unknown as Tree

function inTrees(path: string, before: Tree, after: Tree, unknown: unknown, hidden: Sensitive) {
  const named = byName({ before, after, unknown, hidden })
  // Where only the order differs, it is the places that differ.
  const changed = named ? within(path, named.before, named.after, named.unknown, named.hidden) : []
  return changed.length > 0 ? changed : within(path, before, after, unknown, hidden)
}

function within(path: string, before: Tree, after: Tree, unknown: unknown, hidden: Sensitive) {
  const keys = new Set([before, after, unknown].flatMap(keysOf))
  return [...keys].flatMap((key): AttributeChange[] =>
    differences(path === '' ? key : `${path}.${key}`, at(before, key), at(after, key), at(unknown, key), [
      at(hidden[0], key),
      at(hidden[1], key),
    ]),
  )
}

const sensitive = '(sensitive)'
/** The placeholder for a value that is unknown until the apply. */
export const notYet = '(known after apply)'

/** A policy or a list of containers is JSON in a string; decoding it shows which part differs. */
function decoded(value: unknown, other: unknown): unknown {
  const texts = [value, other].map(one => (typeof one === 'string' ? parsed(one) : undefined))
  return texts.every(isTree) ? texts[0] : value
}

function parsed(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function same(one: unknown, other: unknown): boolean {
  return (one ?? null) === (other ?? null) || JSON.stringify(one ?? null) === JSON.stringify(other ?? null)
}

function print(value: unknown, hidden: unknown, unknown?: unknown): string {
  const shown = veil(value, hidden, unknown)
  return shown === undefined || shown === null
    ? '(none)'
    : typeof shown === 'string'
      ? shown
      : JSON.stringify(shown)
}

/** A value with a word in each place that is hidden or not known yet. */
function veil(value: unknown, hidden: unknown, unknown: unknown): unknown {
  if (hidden === true) return sensitive
  if (unknown === true) return notYet
  if (Array.isArray(value)) return value.map((one, at) => veil(one, item(hidden, at), item(unknown, at)))
  if (!isTree(value)) return value
  const keys = [...new Set([...keysOf(value), ...keysOf(unknown)])]
  return Object.fromEntries(
    keys.map(key => [key, veil(at(value, key), at(hidden, key), at(unknown, key))] as const),
  )
}

function item(value: unknown, index: number): unknown {
  return at(value, String(index))
}
