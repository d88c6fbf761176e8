import { expect, it } from 'vitest'
import { UserError } from '../../../scripts/base/user-error.ts'
import { printError } from '../../../scripts/cli/print-error.ts'
import type { Reporter } from '../../../scripts/cli/reporter.ts'

function printed(error: unknown): string {
  const lines: string[] = []
  const report: Pick<Reporter, 'line' | 'paint'> = {
    line: (text = '') => void lines.push(text),
    paint: (_, text) => text,
  }
  printError(error, report as Reporter)
  return lines.join('\n')
}

it('a known error is printed as problem, cause and remedy, with no stack', () => {
  const error = new UserError('it broke\n  twice', { reason: 'AWS said\nno', remedy: 'Mend it.\nOr wait.' })
  expect(printed(error)).toBe(
    [
      '✖ it broke',
      '    twice',
      '  cause  AWS said',
      '         no',
      '  remedy Mend it.',
      '         Or wait.',
    ].join('\n'),
  )
})

it('what an error does not have is left out', () => {
  expect(printed(new UserError('it broke'))).toBe('✖ it broke')
})

it('an unknown error is a bug in Waybill and is printed whole', () => {
  const text = printed(new TypeError('x is undefined'))
  expect(text).toContain('This is a bug in Waybill')
  expect(text).toContain('TypeError: x is undefined')
  expect(text).toMatch(/\n {4}at .*print-error\.test\.ts/)
})

it.each(['just text', 42, undefined])('anything else that is thrown (%j) is printed too', thrown => {
  expect(printed(thrown)).toBe(`This is a bug in Waybill, not a mistake of yours:\n${thrown}`)
})
