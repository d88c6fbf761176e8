import { expect, test } from 'vitest'
import { readSettings } from '../src/settings.ts'

test('without an environment it listens on 8080 and knows no release', () => {
  expect(readSettings({})).toEqual({ port: 8080, release: 'unknown', commit: 'unknown' })
})

test('takes port, release and commit from the environment', () => {
  const env = { PORT: '3000', RELEASE: 'service-a-v1.1.0', COMMIT: 'a'.repeat(40) }
  expect(readSettings(env)).toEqual({ port: 3000, release: 'service-a-v1.1.0', commit: 'a'.repeat(40) })
})

test.each(['', 'http', '-1', '80.5', '65536', '0x50', ' 80'])('refuses the port %j by name', PORT => {
  expect(() => readSettings({ PORT })).toThrow(/^PORT must be a whole number from 0 to 65535/)
})
