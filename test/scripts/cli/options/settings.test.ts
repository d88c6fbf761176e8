import { expect, it } from 'vitest'
import { z } from 'zod'
import { settingsOf, settingsShape } from '../../../../scripts/cli/options/settings.ts'

const shape = z.object(settingsShape)

it('without variables calls time out after 30 s, and locks are waited for 20 s', () => {
  expect(settingsOf({})).toEqual({ timeoutMs: 30_000, lockTimeoutMs: 20_000 })
})

it('variables set both', () => {
  const values = { WAYBILL_TIMEOUT_MS: '1500', WAYBILL_LOCK_TIMEOUT: '15m' }
  expect(settingsOf(values)).toEqual({ timeoutMs: 1500, lockTimeoutMs: 900_000 })
})

it.each(['1s', '0', '-1', '1.5', '1e3', '', ' 1', 'NaN', 'Infinity', '99999999'])(
  'WAYBILL_TIMEOUT_MS=%j is refused: it would disable the timeout, or mean something else',
  text => {
    const { error } = shape.safeParse({ WAYBILL_TIMEOUT_MS: text })
    expect(error?.issues.map(({ message }) => message)).toEqual([
      `${JSON.stringify(text)} is not a number of milliseconds from 1 to 9999999, such as 30000`,
    ])
  },
)
