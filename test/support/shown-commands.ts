import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from './run.ts'

/** A command that a page shows: in a block for the shell, or with its options in the text. */
export type Shown = { readonly page: string; readonly line: string; readonly words: readonly string[] }

const read = (path: string) => readFileSync(join(projectRoot, path), 'utf8')
const commandWords = /(?:[^\s']|'[^']*')+/g

/** The commands that the pages for readers show. */
export function shownCommands(): Shown[] {
  const pages = globSync(['README.md', 'docs/*.md'], { cwd: projectRoot }).toSorted()
  return pages.flatMap(page => {
    const text = read(page)
    const lines = [...inBlocks(text), ...inText(text)]
    return [...new Set(lines)].map(line => ({ page, line, words: wordsOf(line) }))
  })
}

function inBlocks(text: string): string[] {
  const blocks = [...text.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block = '']) => block)
  const lines = blocks
    .flatMap(block => block.split(/\n|&&/))
    .map(line => line.replace(/(^|\s)#.*$/, '').trim())
  return lines.filter(line => line !== '')
}

/** A name without options is one that the text speaks of; `node scripts/release.ts …` is what make runs. */
function inText(text: string): string[] {
  const prose = text.replace(/^```[\s\S]*?^```/gm, '')
  return [...prose.matchAll(/`((?:make|npx waybill) [^`\n]*[A-Z_]+=[^`\n]*)`/g)].map(([, line = '']) => line)
}

function wordsOf(line: string): string[] {
  return [...line.matchAll(commandWords)].map(([word]) => word.replaceAll("'", ''))
}

/** What a test runs: a command of Waybill with the options that stand in the call. */
export type Run = { readonly command: string; readonly options: ReadonlySet<string>; readonly path: string }

/**
 * The calls of these commands in the tests, such as `waybill('pin', { ENV: 'staging', TAG: tag })`, with the options in
 * constants of the file: `{ ...b, ADOPT: '1' }`.
 */
export function runsInTests(commands: ReadonlySet<string>): Run[] {
  return globSync('test/**/*.ts', { cwd: projectRoot }).flatMap(path => {
    const text = read(path)
    const constants = new Map(
      [...text.matchAll(/^ *const (\w+) = (\{.*?\})/gms)].map(([, name = '', value = '']) => [name, value]),
    )
    return [...text.matchAll(/[(,]\s*'([a-z]+)'(?=[,)])/g)].flatMap(
      ({ 0: start, 1: command = '', index }) => {
        if (!commands.has(command)) return []
        const call = callAt(text, index + start.length)
        const used = [...call.matchAll(/[a-z]\w*/g)].flatMap(([name]) => constants.get(name) ?? [])
        return [{ command, options: optionsIn([call, ...used].join('\n')), path }]
      },
    )
  })
}

function optionsIn(call: string): Set<string> {
  return new Set([...call.matchAll(/(?<![\w.])[A-Z][A-Z0-9_]+(?=[:=,\s}])/g)].map(([name]) => name))
}

/** The text of a call from the end of its first argument to the closing bracket. */
function callAt(text: string, start: number): string {
  let depth = 1
  for (let end = start; end < text.length; end++) {
    if (text[end] === '(') depth++
    if (text[end] === ')' && --depth === 0) return text.slice(start, end)
  }
  return text.slice(start)
}
