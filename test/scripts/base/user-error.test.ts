import { expect, it } from 'vitest'
import { errorCodes, exitCodes, UserError } from '../../../scripts/base/user-error.ts'

it('the exit codes are the documented ones', () => {
  expect(Object.entries(exitCodes).map(([name, code]) => `${code} ${name}`)).toEqual([
    ...['0 done', '1 bug', '2 badInput', '3 refused', '4 notReady', '5 rolledBack', '6 cloud'],
  ])
})

it('has a code, an ending and a cause, and its own remedy overrides that of the code', () => {
  const errors = errorCodes({ 'pin-older': ['refused', 'It is older.', 'Take a newer one.'] })
  const origin = new Error('ECONNRESET')
  const error = new UserError(errors['pin-older'], 'x', { cause: 'AWS said no', origin })
  expect(error).toMatchObject({ code: 'pin-older', ending: 'refused', cause: 'AWS said no', origin })
  expect(error.remedy).toBe('Take a newer one.')
  expect(new UserError(errors['pin-older'], 'x', { remedy: 'Take 1.1.0.' }).remedy).toBe('Take 1.1.0.')
})
