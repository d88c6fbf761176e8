import { expect, it } from 'vitest'
import { synthErrorJson } from '../../../cdktf/synth-error-json.ts'
import { parseSynthError } from '../../../scripts/stack/synth-error.ts'
import { sampleError } from '../samples.ts'

it.each([
  ['with its cause', sampleError('it broke', { cause: 'rust', remedy: 'Oil it.' })],
  ['without one', sampleError('it broke')],
])('an error of cdktf/main.ts arrives %s', (_, error) => {
  const read = parseSynthError(synthErrorJson(error))
  expect(read).toMatchObject({
    message: 'it broke',
    code: error.code,
    ending: error.ending,
    remedy: error.remedy,
  })
  expect(read?.cause).toBe(error.cause)
})

const { errorCode } = sampleError('it broke')

it.each([
  ['nothing', ''],
  ['text', 'Warning: deprecated'],
  ['another document', '{"stacks":[]}'],
  ['an error without a code', JSON.stringify({ error: { problem: 'it broke' } })],
  ['an error with half a code', JSON.stringify({ error: { problem: 'x', errorCode: { code: 'x' } } })],
  [
    'an ending that no command has',
    JSON.stringify({ error: { problem: 'x', errorCode: { ...errorCode, ending: 'bug' } } }),
  ],
])('%s on stdout is not an error that a person can act on', (_, stdout) => {
  expect(parseSynthError(stdout)).toBeUndefined()
})
