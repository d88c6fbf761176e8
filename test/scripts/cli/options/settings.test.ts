import { expect, it } from 'vitest'
import { settingsOf } from '../../../../scripts/cli/options/settings.ts'
import { optionTypes } from '../../../../scripts/cli/options/types.ts'

it('without variables calls time out after 30 s, and locks are waited for 20 s', () => {
  expect(settingsOf({})).toEqual({ timeoutMs: 30_000, lockTimeoutMs: 20_000 })
})

it('variables set both', () => {
  const values = { WAYBILL_TIMEOUT_MS: 1500, WAYBILL_LOCK_TIMEOUT: 900_000 }
  expect(settingsOf(values)).toEqual({ timeoutMs: 1500, lockTimeoutMs: 900_000 })
})

it.each(['1s', '0', '-1', '1.5', '1e3', '', ' 1', 'NaN', 'Infinity', '99999999'])(
  'WAYBILL_TIMEOUT_MS=%j is refused: it would disable the timeout, or mean something else',
  text => {
    expect(optionTypes.milliseconds(text)).toEqual({
      faults: [`${JSON.stringify(text)} is not a number of milliseconds from 1 to 9999999, such as 30000`],
    })
  },
)
