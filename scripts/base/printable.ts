const unsafeCharacter = /[^\x20-\x7e]/gu
const maximumQuoted = 160

/** Quotes outside text for a message: visible ASCII only, so that nothing is hidden or reordered. */
export function quote(text: string): string {
  const shown = text.length > maximumQuoted ? `${cut(text, maximumQuoted)}…` : text
  return JSON.stringify(shown).replace(unsafeCharacter, character =>
    character === '…' ? character : `\\u{${character.codePointAt(0)?.toString(16)}}`,
  )
}

// Cc: control, Cf: format (bidi marks, zero width, tags), Zl and Zp: line and paragraph separators
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/**
 * Puts outside text (a commit's subject, a server's message) on one line, without control, bidi or zero-width characters
 * and without `##[`, which GitHub's runner treats as a command anywhere in a line.
 */
export function plain(text: string, maximum = 120): string {
  const line = text.replace(/\s+/gu, ' ').replace(invisible, '').replaceAll('##[', '## [').trim()
  return line.length > maximum ? `${cut(line, maximum - 1)}…` : line
}

// Also half a surrogate pair, which prints as garbage.
const actedOn = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu

/**
 * Leaves out of a whole text what a terminal or GitHub's runner would act on, and keeps its lines. Everything that a
 * command prints passes through here, so that no text from S3, git or AWS reaches a terminal as it is.
 */
export function shown(text: string): string {
  return text
    .replace(actedOn, character => (character === '\n' ? '\n' : character === '\t' ? ' ' : ''))
    .replaceAll('##[', '## [')
}

/** Prints JSON with the same characters escaped, so that a program still reads every text as it is. */
export function printJson(value: unknown): string {
  const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
  return JSON.stringify(value, null, 2).replace(actedOn, character =>
    character === '\n' ? '\n' : character.split('').map(escaped).join(''),
  )
}

/** Makes each line of an outside text plain and drops the empty ones. */
export function plainLines(text: string, maximum = 2000): string {
  const lines = text.split(/\r?\n/u).map(line => plain(line, 400))
  return cut(lines.filter(Boolean).join('\n'), maximum)
}

// Half a surrogate pair prints as garbage.
function cut(text: string, maximum: number): string {
  return text.slice(0, maximum).replace(/\p{Cs}$/u, '')
}

/** `1 commit`, `3 commits`; `several` where the plural is not formed with an s. */
export function count(number: number, noun: string, several = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : several}`
}

const mostListed = 5

/** The first five of several texts, and how many more there are. */
export function firstFew(texts: readonly string[], separator = ', '): string {
  const more = texts.length - mostListed
  return [...texts.slice(0, mostListed), ...(more > 0 ? [`and ${more} more`] : [])].join(separator)
}
