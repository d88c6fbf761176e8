import { expect, it } from 'vitest'
import { printError } from '../../../scripts/cli/print-error.ts'
import type { Reporter } from '../../../scripts/cli/reporter.ts'
import { sampleError } from '../samples.ts'

function printed(error: unknown): string {
  const lines: string[] = []
  const report: Pick<Reporter, 'line' | 'paint'> = {
    line: (text = '') => void lines.push(text),
    paint: (_, text) => text,
  }
  printError(error, report as Reporter)
  return lines.join('\n')
}

it('a known error is printed as problem, cause, remedy and code, with no stack', () => {
  const error = sampleError('it broke\n  twice', { cause: 'AWS said\nno', remedy: 'Fix it.\nOr wait.' })
  expect(printed(error)).toBe(
    [
      '✖ it broke',
      '    twice',
      '  cause  AWS said',
      '         no',
      '  remedy Fix it.',
      '         Or wait.',
      '  code   sample-badInput',
    ].join('\n'),
  )
})

it('what an error does not have is left out', () => {
  expect(printed(sampleError('it broke'))).toBe('✖ it broke\n  code   sample-badInput')
})

it('an unknown error is a bug in Waybill and is printed whole', () => {
  const text = printed(new TypeError('x is undefined'))
  expect(text).toContain('This is a bug in Waybill')
  expect(text).toContain('TypeError: x is undefined')
  expect(text).toMatch(/\n {4}at .*print-error\.test\.ts/)
})

it.each(['just text', 42, undefined])('anything else that is thrown (%j) is printed too', thrown => {
  expect(printed(thrown)).toBe(`This is a bug in Waybill, not your mistake:\n${thrown}`)
})
