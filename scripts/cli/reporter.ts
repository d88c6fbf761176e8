import { styleText } from 'node:util'

/** Where a command says what it does: stdout, or stderr when stdout is for one JSON document. */
export type Reporter = {
  /** One line. */
  line(text?: string): void
  /** One line about a check or a step: passed, failed, or left out. */
  item(state: 'passed' | 'failed' | 'left out', text: string): void
  /** What is going on now: shown on a terminal only, and gone with the next line. */
  progress(text: string): void
  /** A table with a row of headings. */
  table(headings: readonly string[], rows: readonly (readonly string[])[]): Promise<void>
  /** Text in a colour, where the stream has colours. */
  paint(colour: 'green' | 'red' | 'yellow' | 'dim' | 'bold', text: string): string
}

const symbols = { passed: ['green', '✔'], failed: ['red', '✖'], 'left out': ['dim', '–'] } as const

/** A reporter that writes to a stream. */
export function reporter(stream: NodeJS.WriteStream): Reporter {
  const paint: Reporter['paint'] = (colour, text) => styleText(colour, text, { stream })
  const clear = () => (stream.isTTY ? '\r\x1b[2K' : '')
  const line = (text = '') => void stream.write(`${clear()}${text}\n`)
  return {
    line,
    paint,
    item: (state, text) => line(`  ${paint(...(symbols[state] as ['green', string]))} ${text}`),
    progress: text =>
      void (stream.isTTY && stream.write(`${clear()}${paint('dim', text.slice(0, stream.columns - 1))}`)),
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

const noBorders = Object.fromEntries(
  ['top', 'bottom', 'left', 'right', 'mid']
    .flatMap(side => [side, `${side}-mid`, `${side}-left`, `${side}-right`, 'middle'])
    .map(name => [name, '']),
)
