type Tree = Map<string, Tree | string>

/**
 * Reads what the query protocol writes as `Tags.member.1.Key=team`: names with dots are objects, and what has only
 * `member` in it is a list. An empty list is sent as an empty text. EC2 leaves `member` out: `Filter.1.Value.1=a`.
 */
export function readQueryInput(form: URLSearchParams): Record<string, unknown> {
  const root: Tree = new Map()
  for (const [name, value] of form) {
    if (name !== 'Action' && name !== 'Version') place(root, name.split('.'), value)
  }
  return Object.fromEntries([...root].map(([name, inner]) => [name, unfold(inner)]))
}

function place(tree: Tree, [first = '', ...rest]: string[], value: string): void {
  if (rest.length === 0) {
    if (!tree.has(first)) tree.set(first, value)
    return
  }
  const known = tree.get(first)
  const inner: Tree = known instanceof Map ? known : new Map()
  tree.set(first, inner)
  place(inner, rest, value)
}

function unfold(tree: Tree | string): unknown {
  if (typeof tree === 'string') return tree
  const member = tree.get('member')
  if (tree.size === 1 && member instanceof Map) return listIn(member)
  if ([...tree.keys()].every(name => /^[1-9]\d*$/.test(name))) return listIn(tree)
  return Object.fromEntries([...tree].map(([name, inner]) => [name, unfold(inner)]))
}

function listIn(tree: Tree): unknown[] {
  return [...tree].sort(([a], [b]) => Number(a) - Number(b)).map(([, inner]) => unfold(inner))
}
