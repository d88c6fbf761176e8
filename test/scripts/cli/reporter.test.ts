import { Writable } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'
import { expect, it } from 'vitest'
import { type Reporter, reporter } from '../../../scripts/cli/reporter.ts'

function onStream(terminal: { columns: number } | undefined, use: (report: Reporter) => unknown) {
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
