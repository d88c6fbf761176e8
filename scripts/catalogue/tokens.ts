// cdktf 0.21.0, lib/tokens/private/encoding.ts: what stands for a value that is not known yet, in a text or as a key.
const markers = /[$#&]\{TfToken\[/
// The same for numbers, which it also finds in texts; all that it makes are below -1e280.
const numbers = /[-|\d.+]+e[-|\d.eE+]+/g
const numberToken = -1e200

/** A text that CDKTF would take for its own, and its path in the document. */
type Token = { readonly path: readonly string[]; readonly message: string }

/** Finds every text and key of a JSON document that CDKTF would replace by a value of its own. */
export function findTokens(value: unknown, path: readonly string[] = []): Token[] {
  if (typeof value === 'string') return isToken(value) ? [{ path, message }] : []
  if (typeof value === 'number') return value < numberToken ? [{ path, message }] : []
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, one]) => [
    ...(isToken(key) ? [{ path: [...path, key], message }] : []),
    ...findTokens(one, [...path, key]),
  ])
}

const message = 'must not have what CDKTF takes for a value of its own: {TfToken[ or a number below -1e200'

function isToken(text: string): boolean {
  return (
    markers.test(text) ||
    [...text.matchAll(numbers)].some(([found]) => Number.parseFloat(found) < numberToken)
  )
}
