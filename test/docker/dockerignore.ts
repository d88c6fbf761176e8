import picomatch from 'picomatch'

/** Whether a path of the build context, with `/` as separator, is ignored. */
export type IsIgnored = (path: string) => boolean

/** Parses a .dockerignore. The last pattern that matches a path or one of its folders decides. */
export function parseDockerignore(text: string): IsIgnored {
  const rules = text
    .split(/\r?\n/)
    .map(line => line.trim())
    .filter(line => line !== '' && !line.startsWith('#'))
    .flatMap(readRule)
  return path => {
    const names = withParents(path)
    return rules.reduce((ignored, rule) => (names.some(rule.matches) ? rule.ignores : ignored), false)
  }
}

function readRule(
  line: string,
): { readonly ignores: boolean; readonly matches: (path: string) => boolean }[] {
  const ignores = !line.startsWith('!')
  const pattern = (ignores ? line : line.slice(1).trim()).replace(/^\.?\/+/, '').replace(/\/+$/, '')
  if (pattern === '' || pattern === '.') return []
  // Docker's patterns have *, ?, [] and **, without a special case for leading dots.
  const matches = picomatch(pattern, { dot: true, nobrace: true, noextglob: true, nonegate: true })
  return [{ ignores, matches: path => matches(path) }]
}

function withParents(path: string): string[] {
  const parts = path.split('/')
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'))
}
