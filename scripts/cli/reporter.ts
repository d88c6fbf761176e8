import { styleText } from 'node:util'
import { shown } from '../base/printable.ts'
import { columnsFor } from './page.ts'

/** A stream that a command writes to: one of a process, or what a test gives it. */
export type Output = {
  write(text: string): unknown
  readonly isTTY?: boolean
  /** How wide a terminal is. */
  readonly columns?: number
  /** How many lines a terminal shows. */
  readonly rows?: number
  /** How many bits of colour a terminal has in an environment. */
  getColorDepth?(environment: object): number
}

/** Prints what a command does: to stdout, or to stderr when stdout is for the JSON document. */
export type Reporter = {
  /** One line. */
  line(text?: string): void
  /** One line about a check or a step: passed, failed, or left out. */
  item(state: 'passed' | 'failed' | 'left out', text: string): void
  /** A progress line: shown only on a terminal, and replaced by the next line. */
  progress(text: string): void
  /** Lines at the end of a terminal, each time in place of those before; undefined where there is no terminal. */
  readonly live: { rows(): number; draw(lines: readonly string[]): void } | undefined
  /** A table with a row of headings. */
  table(headings: readonly string[], rows: readonly (readonly string[])[]): Promise<void>
  /** How many columns a line may have. */
  readonly columns: number
  /** Text in a colour, where the stream has colours. */
  paint(colour: 'green' | 'red' | 'yellow' | 'dim' | 'bold', text: string): string
}

const symbols = { passed: ['green', '✔'], failed: ['red', '✖'], 'left out': ['dim', '–'] } as const

/** A reporter that writes to a stream, with colours where the stream has them and the environment wants them. */
export function reporter(stream: Output, environment: Readonly<Record<string, string>> = {}): Reporter {
  const isColoured = hasColours(stream, environment)
  const { mark, print } = colourMarks()
  const paint: Reporter['paint'] = (colour, text) => (isColoured ? mark(colour, text) : text)
  const live = stream.isTTY ? liveLines(stream, { print, dim: text => paint('dim', text) }) : undefined
  const line = (text = '') => void stream.write(live?.above(`${print(text)}\n`) ?? `${print(text)}\n`)
  return {
    line,
    paint,
    live,
    columns: columnsFor(stream),
    item: (state, text) => line(`  ${paint(...(symbols[state] as ['green', string]))} ${text}`),
    progress: text => live?.progress(text),
    async table(headings, rows) {
      const { default: Table } = await import('cli-table3')
      const table = new Table({
        head: headings.map(heading => paint('bold', heading)),
        style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
        chars: noBorders,
      })
      table.push(...rows.map(row => [...row]))
      for (const row of table.toString().split('\n')) line(row.trimEnd())
    },
  }
}

/** What stands below all other lines of a terminal: some lines, and a progress line, on which the cursor stays. */
function liveLines(stream: Output, { print, dim }: Record<'print' | 'dim', (text: string) => string>) {
  let drawn: readonly string[] = []
  let progress = ''
  // A line that wrapped would take two.
  const fitted = (text: string) => text.replaceAll('\n', ' ').slice(0, (stream.columns ?? 80) - 1)
  const clear = () => (drawn.length === 0 ? clearLine : `${clearLine}\x1b[${drawn.length}A\x1b[J`)
  const below = () => `${drawn.map(line => `${line}\n`).join('')}${progress}`
  return {
    // The progress line and what is drawn must never fill the screen: the cursor cannot go above its first line.
    rows: () => Math.max(1, (stream.rows ?? 24) - 2),
    draw(lines: readonly string[]) {
      const before = clear()
      drawn = lines.map(line => print(fitted(line)))
      stream.write(`${before}${below()}`)
    },
    progress(text: string) {
      progress = print(dim(fitted(text)))
      stream.write(`${clearLine}${progress}`)
    },
    /** A text that scrolls up, in place of the progress line. */
    above(text: string): string {
      progress = ''
      return `${clear()}${text}${below()}`
    },
  }
}

const clearLine = '\r\x1b[2K'

/**
 * Colours are marked with a number that no text from outside can know, so that they alone are left when a line is
 * printed. A mark is still a sequence of the terminal, which a table does not count.
 */
function colourMarks() {
  const [secret] = crypto.getRandomValues(new Uint32Array(1))
  const marks = new RegExp(`\\x1b\\[${secret};(\\d+)m`)
  return {
    mark(colour: Parameters<Reporter['paint']>[0], text: string): string {
      const [open = '', close = ''] = styleText(colour, '|', { validateStream: false }).split('|')
      const marked = (sequence: string) => sequence.replace('[', `[${secret};`)
      return `${marked(open)}${text}${marked(close)}`
    },
    // The odd parts are the codes of the colours.
    print: (text: string) =>
      text
        .split(marks)
        .map((part, index) => (index % 2 === 0 ? shown(part) : `\x1b[${part}m`))
        .join(''),
  }
}

// NO_COLOR, FORCE_COLOR and TERM are read by Node's own function, which knows what each terminal can do.
function hasColours(stream: Output, environment: Readonly<Record<string, string>>): boolean {
  if (!stream.isTTY) return Boolean(environment.FORCE_COLOR) && environment.FORCE_COLOR !== '0'
  return (stream.getColorDepth?.(environment) ?? 4) > 2
}

const noBorders = Object.fromEntries(
  ['top', 'bottom', 'left', 'right', 'mid']
    .flatMap(side => [side, `${side}-mid`, `${side}-left`, `${side}-right`, 'middle'])
    .map(name => [name, '']),
)
