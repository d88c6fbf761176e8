import { expect, it } from 'vitest'
import { exitCodes, UserError } from '../../../scripts/base/user-error.ts'

it('the exit codes are the documented ones', () => {
  expect(Object.entries(exitCodes).map(([name, code]) => `${code} ${name}`)).toEqual([
    ...['0 done', '1 bug', '2 badInput', '3 refused', '4 notReady', '5 rolledBack', '6 cloud'],
  ])
})

it('an error is bad input unless it says otherwise, and keeps what caused it', () => {
  const cause = new Error('ECONNRESET')
  expect(new UserError('x').refusal).toBe('badInput')
  expect(new UserError('x', { refusal: 'cloud', cause })).toMatchObject({ refusal: 'cloud', cause })
})
