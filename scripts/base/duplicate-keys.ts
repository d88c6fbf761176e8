// A key with the beginning of its value, or a bracket. In valid JSON only a key is followed by a colon.
const tokens =
  /("[^"\\]*(?:\\.[^"\\]*)*")(?:\s*:\s*(?=("[^"\\]*(?:\\.[^"\\]*)*"|[^\s,[\]{}]+|[{[])))?|[{}[\]]/g

/** An open object or list: the values of an object's keys so far, as printed. */
type Open = { readonly path: string; readonly keys: Map<string, string> | undefined; next: string }

/** Finds the keys that an object of a valid JSON text gives more than once, with both values. */
export function repeatedKeys(text: string): string[] {
  const open: Open[] = []
  const found: string[] = []
  for (const [token, key, value] of text.matchAll(tokens)) {
    const inside = open.at(-1)
    if (token === '{' || token === '[') {
      const path = inside === undefined ? '' : inside.next
      open.push({ path, keys: token === '{' ? new Map() : undefined, next: path })
    } else if (token === '}' || token === ']') {
      open.pop()
    } else if (inside?.keys !== undefined && key !== undefined && value !== undefined) {
      const name = JSON.parse(key) as string
      inside.next = inside.path === '' ? name : `${inside.path}.${name}`
      const earlier = inside.keys.get(name)
      const now = printValue(value)
      if (earlier !== undefined) found.push(`${inside.next}: is given twice, as ${earlier} and as ${now}`)
      inside.keys.set(name, now)
    }
  }
  return found
}

function printValue(start: string): string {
  if (start === '{') return 'an object'
  return start === '[' ? 'a list' : start
}
