/** What a glob may hold beside `*`, `**`, `?` and `[...]`. */
export type GlobOptions = {
  /** Whether `{a,b}` means either. */
  readonly braces?: boolean
}

/**
 * Returns a function that tells whether one of some globs matches a path. `*` and `?` match anything but `/`, a name that
 * begins with a dot included, and a part `**` matches any number of folders. The time grows with the lengths of glob
 * and path alone: a regular expression for `*a*a*a*a*b` could take years.
 */
export function globMatcher(
  globs: readonly string[],
  { braces = false }: GlobOptions = {},
): (path: string) => boolean {
  const literal = new Set(globs)
  const patterns = globs.flatMap(glob => (braces ? withoutBraces(glob) : [glob])).map(parseGlob)
  return path => literal.has(path) || patterns.some(pattern => matches(pattern, path))
}

/** Folders or files that hold every path that some globs match, those of `globMatcher`; `''` is all of them. */
export function globStarts(globs: readonly string[], { braces = false }: GlobOptions = {}): string[] {
  const all = globs.flatMap(glob => (braces ? [glob, ...withoutBraces(glob)] : [glob]))
  return [...new Set(all.map(glob => parseGlob(glob).start))]
}

/** Matches one character; `many` matches any number of them. */
type Token = 'many' | ((character: string) => boolean)
/** A part of a path: any number of folders, a name, or what matches one. */
type Part = typeof folders | string | readonly Token[]
const folders = Symbol('folders')

/** The start of every path that it matches spares most paths a closer look. */
type Pattern = { readonly start: string; readonly parts: readonly Part[] }

function matches({ start, parts }: Pattern, path: string): boolean {
  return path.startsWith(start) && matchesParts(parts, path.split('/'))
}

function parseGlob(glob: string): Pattern {
  const parts = partsOf(glob)
  const names = parts.findIndex(part => typeof part !== 'string')
  return { start: parts.slice(0, names === -1 ? parts.length : names).join('/'), parts }
}

function partsOf(glob: string): Part[] {
  const parts = glob
    .replace(/^(?:\.\/)+/, '')
    .split('/')
    .filter((part, index, all) => !isFolders(part) || !isFolders(all[index - 1] ?? ''))
  // As other tools have it: `a/**` also matches `a` itself, but `*/**` only what is below a folder.
  if (isFolders(parts.at(-1) ?? '') && parts.at(-2)?.endsWith('*')) parts.push('*')
  return parts.map(part => (isFolders(part) ? folders : /[*?[\\]/.test(part) ? parsePart(part) : part))
}

function isFolders(part: string): boolean {
  return /^\*{2,}$/.test(part)
}

function parsePart(part: string): Token[] {
  const tokens: Token[] = []
  for (let rest = part; rest !== ''; ) {
    const [, set, escaped] = /^(?:(\[[!^]?\]?[^\]]*\])|\\(.))/su.exec(rest) ?? []
    const [character = ''] = rest
    if (character === '*') {
      if (tokens.at(-1) !== 'many') tokens.push('many')
    } else if (set !== undefined) tokens.push(inSet(set))
    else if (character === '?') tokens.push(() => true)
    else tokens.push(is(escaped ?? character))
    rest = rest.slice((set ?? (escaped === undefined ? character : `\\${escaped}`)).length)
  }
  return tokens
}

function is(wanted: string): (character: string) => boolean {
  return character => character === wanted
}

// `[a-z_]`, and `[!a-z_]` or `[^a-z_]` for any other character.
function inSet(set: string): (character: string) => boolean {
  const [, not = '', members = ''] = /^\[([!^]?)(.*)\]$/su.exec(set) ?? []
  const ranges = [...members.matchAll(/(.)-(.)|(.)/gsu)].map(([, from, to, one]) => [from ?? one, to ?? one])
  return character =>
    ranges.some(([from = '', to = '']) => character >= from && character <= to) === (not === '')
}

function matchesParts(pattern: readonly Part[], path: readonly string[]): boolean {
  let places = withNext(pattern, [0])
  for (const part of path) {
    const reached = places.flatMap(place => {
      const wanted = pattern[place]
      if (wanted === folders) return [place]
      const isMatch = typeof wanted === 'object' ? matchesPart(wanted, [...part]) : wanted === part
      return isMatch ? [place + 1] : []
    })
    places = withNext(pattern, reached)
  }
  return places.includes(pattern.length)
}

/** Adds the places after a `**`, which also matches no folder at all. */
function withNext(pattern: readonly Part[], places: readonly number[]): number[] {
  const all = new Set(places)
  for (const place of all) if (pattern[place] === folders) all.add(place + 1)
  return [...all]
}

/** When a character does not match, only the last `*` can take one more: whatever an earlier one takes, it could. */
function matchesPart(tokens: readonly Token[], part: readonly string[]): boolean {
  if (part.length === 0) return tokens.length === 0
  let [at, token] = [0, 0]
  let last: { at: number; token: number } | undefined
  while (at < part.length) {
    const wanted = tokens[token]
    if (wanted === 'many') {
      token += 1
      last = { at, token }
    } else if (wanted?.(part[at] as string)) {
      at += 1
      token += 1
    } else if (last !== undefined) {
      last.at += 1
      ;({ at, token } = last)
    } else return false
  }
  return tokens.slice(token).every(rest => rest === 'many')
}

const mostAlternatives = 1000

/** Every glob that a glob with `{a,b}` stands for; beyond a thousand the rest of it is taken as it is. */
function withoutBraces(glob: string): string[] {
  let [all, open] = [[glob], true]
  while (open && all.length < mostAlternatives) {
    open = false
    all = all.flatMap(one => {
      const [whole, before = '', inside = '', after = ''] = /^(.*)\{([^{}]*,[^{}]*)\}(.*)$/s.exec(one) ?? []
      if (whole === undefined) return [one]
      open = true
      return inside.split(',').map(choice => `${before}${choice}${after}`)
    })
  }
  return all
}
