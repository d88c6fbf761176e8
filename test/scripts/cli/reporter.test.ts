import { Writable } from 'node:stream'
import { stripVTControlCharacters, styleText } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { baseErrors } from '../../../scripts/base/errors.ts'
import { UserError } from '../../../scripts/base/user-error.ts'
import { printFailure } from '../../../scripts/cli/failure.ts'
import { printError } from '../../../scripts/cli/print-error.ts'
import { type Reporter, reporter } from '../../../scripts/cli/reporter.ts'

function onStream(
  terminal: { columns: number; rows?: number } | undefined,
  use: (report: Reporter) => unknown,
) {
  const written: string[] = []
  const stream = new Writable({
    decodeStrings: false,
    write(text, _, done) {
      written.push(text)
      done()
    },
  })
  const report = reporter(Object.assign(stream, { isTTY: terminal !== undefined, ...terminal }) as never)
  return {
    result: use(report),
    written,
    raw: () => written.join(''),
    text: () => stripVTControlCharacters(written.join('')),
  }
}

it('a line is a line, and a check shows whether it passed', () => {
  const { text } = onStream(undefined, report => {
    report.line('one')
    report.line()
    report.item('passed', 'built')
    report.item('failed', 'on a branch')
    report.item('left out', 'pushed')
  })
  expect(text()).toBe('one\n\n  ✔ built\n  ✖ on a branch\n  – pushed\n')
})

it('progress is not written where nobody can see it change', () => {
  expect(onStream(undefined, report => report.progress('waiting')).written).toEqual([])
})

it('on a terminal progress fits into one line, and the next line takes its place', () => {
  const { raw, text } = onStream({ columns: 20 }, report => {
    report.progress('waiting for the build of service-a')
    report.line('built')
  })
  expect(text()).toBe('\rwaiting for the bui\rbuilt\n')
  expect(raw().split('\r\x1b[2K')).toHaveLength(3)
  expect(raw().endsWith('\r\x1b[2Kbuilt\n')).toBe(true)
})

/** What a terminal shows after all of this; it knows only the sequences that the reporter uses. */
function screen(written: string): string[] {
  const visible = written.replaceAll('\x1b', '␛').replaceAll('\r', '␍').replaceAll('\n', '␊')
  const lines = ['']
  let [row, column] = [0, 0]
  for (const [, sequence, count, text] of visible.matchAll(/(␍|␊|␛\[(\d*)[AJKm])|([^␍␊␛]+)/g)) {
    const line = lines[row] ?? ''
    if (text !== undefined) lines[row] = line.slice(0, column) + text + line.slice(column + text.length)
    if (text !== undefined) column += text.length
    if (sequence === '␍' || sequence === '␊') column = 0
    if (sequence === '␊') row += 1
    if (sequence?.endsWith('A')) row -= Number(count)
    if (sequence?.endsWith('K')) lines[row] = ''
    if (sequence?.endsWith('J')) lines.splice(row, lines.length, '')
    if (row < 0) throw new Error('above the first line')
    lines[row] ??= ''
  }
  return lines
}

describe('live lines', () => {
  const onScreen = (use: (report: Reporter) => unknown) =>
    screen(onStream({ columns: 20, rows: 10 }, use).raw())

  it('stay below all other lines, and are drawn over those before', () => {
    const seen = onScreen(report => {
      report.line('one')
      report.live?.draw(['a: 5 %', '  3 failed', 'b: 5 %'])
      report.progress('applying')
      report.live?.draw(['a: a line that is too long for it', '  4 failed'])
      report.line('two')
      report.progress('waiting')
    })
    expect(seen).toEqual(['one', 'two', 'a: a line that is t', '  4 failed', 'waiting'])
  })

  it('keep the progress line, and leave nothing when they end', () => {
    const seen = onScreen(report => {
      report.progress('applying')
      report.live?.draw(['a', 'b'])
      report.live?.draw(['a'])
    })
    expect(seen).toEqual(['a', 'applying'])
    const ended = onScreen(report => {
      report.live?.draw(['a', 'b'])
      report.live?.draw([])
      report.line('done')
    })
    expect(ended).toEqual(['done', ''])
  })

  it('have room for one line less than the terminal, and for the progress line', () => {
    expect(onStream({ columns: 20, rows: 10 }, report => report.live?.rows()).result).toBe(8)
    expect(onStream(undefined, report => report.live).result).toBeUndefined()
  })
})

it('a table lines its columns up, without borders and without spaces at the end', async () => {
  const { result, text } = onStream(undefined, report =>
    report.table(
      ['service', 'digest', ''],
      [
        ['service-a', 'sha256:1', 'stored now'],
        ['b', '–', ''],
      ],
    ),
  )
  await result
  expect(text()).toBe(['service    digest', 'service-a  sha256:1  stored now', 'b          –', ''].join('\n'))
})

describe('whatever a text from outside holds', () => {
  const pieces = [
    '\x1b[31m',
    '\x1b[2J',
    '\x1b]0;x\x07',
    '\x9b2K',
    '\r',
    '\b',
    '\0',
    '\u202e',
    '\u200b',
    '\u2028',
    '\ud800',
  ]
  const hostile = fc
    .array(
      fc.oneof(fc.constantFrom(...pieces, '\n', '\t', '##[add-mask]', 'x'), fc.string({ unit: 'binary' })),
    )
    .map(parts => parts.join(''))
  const actedOn = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|##\[/u
  const colours = ['green', 'red', 'yellow', 'dim', 'bold'] as const
  const say = async (report: Reporter, text: string) => {
    report.line(text)
    report.line(`${report.paint('red', text)} ${text}`)
    report.item('passed', text)
    report.progress(text)
    report.live?.draw([text, text])
    report.live?.draw([])
    await report.table([text], [[text, report.paint('bold', text)]])
    printError(new UserError(baseErrors['invalid-json'], text, { cause: text, remedy: text }), report)
    printError(new Error(text), report)
  }

  it('nothing that a terminal or a runner acts on is printed', async () => {
    await fc.assert(
      fc.asyncProperty(hostile, async text => {
        const { result, raw } = onStream(undefined, report => say(report, text))
        await result
        expect(raw()).not.toMatch(actedOn)
      }),
    )
  })

  it('on a terminal only our own colours and the clearing of a line are', async () => {
    await fc.assert(
      fc.asyncProperty(hostile, async text => {
        const { result, raw } = onStream({ columns: 80 }, report => say(report, text))
        await result
        const own = new Set(
          colours.flatMap(colour => styleText(colour, '|', { validateStream: false }).split('|')),
        )
        const rest = [...own, '\r\x1b[2K', '\x1b[2A\x1b[J'].reduce(
          (all, sequence) => all.replaceAll(sequence, ''),
          raw(),
        )
        expect(rest).not.toMatch(actedOn)
        // A text brings no colour of its own: each line ends as it began.
        const opened = raw().split('\x1b[31m').length
        const closed = onStream({ columns: 80 }, report => say(report, ''))
        await closed.result
        expect(opened).toBe(closed.raw().split('\x1b[31m').length)
      }),
    )
  })

  it('a JSON document escapes it, and a program reads it as it was', () => {
    fc.assert(
      fc.property(hostile, text => {
        const document = printFailure(new UserError(baseErrors['invalid-json'], text, { remedy: '' }), 2)
        expect(document).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
        expect(JSON.parse(document).error.problem).toBe(text)
      }),
    )
  })
})
