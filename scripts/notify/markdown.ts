import { plain } from '../base/printable.ts'

const longest = 600

/**
 * Outside text as a code span of Markdown, on one line: inside one, nothing is formatted, and GitHub finds no mention, no
 * reference and no address (CommonMark, "Code spans"; GitHub Docs, "Basic writing and formatting syntax").
 */
export function codeSpan(text: string, maximum = longest): string {
  const line = plain(text, maximum) || 'nothing'
  const runs = line.match(/`+/g) ?? []
  if (runs.length === 0) return `\`${line}\``
  const fence = '`'.repeat(Math.max(...runs.map(({ length }) => length)) + 1)
  return `${fence} ${line} ${fence}`
}

/** Several lines of outside text as a fenced block of code. */
export function codeBlock(lines: readonly string[], maximum = longest): string {
  const all = lines.map(line => plain(line, maximum))
  const runs = all.flatMap(line => line.match(/`+/g) ?? [])
  const fence = '`'.repeat(Math.max(2, ...runs.map(({ length }) => length)) + 1)
  return [`${fence}text`, ...all, fence].join('\n')
}

const address = /^https:\/\/[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]+)?(?:\/[A-Za-z0-9._~-]+)*\/?$/i

/** Whether a text is an address that means the same in every format: no query, no escape, no brackets. */
export function isPlainAddress(text: string): boolean {
  return text.length <= longest && address.test(text)
}
