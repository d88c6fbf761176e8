import { stripVTControlCharacters } from 'node:util'
import type { Output } from './reporter.ts'

const usual = 80
const widest = 120

/** How many columns a page may use: those of the terminal, at most 120, or 80 where there is no terminal. */
export function columnsFor(stream: Output): number {
  return Math.min((stream.isTTY && stream.columns) || usual, widest)
}

/** A text in lines of at most `width` columns. A word that is longer is left whole: it may be there to be copied. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last === undefined || columnsOf(last) + 1 + columnsOf(word) > width) lines.push(word)
    else lines[lines.length - 1] = `${last} ${word}`
  }
  return lines
}

/** How many columns a text takes, whatever its colours. */
export function columnsOf(text: string): number {
  return Array.from(stripVTControlCharacters(text)).length
}
