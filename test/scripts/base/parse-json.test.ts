import { expect, it } from 'vitest'
import { z } from 'zod'
import { parseJson } from '../../../scripts/base/parse-json.ts'
import { userError } from '../samples.ts'

const source = { name: 'x.json', remedy: 'Correct it.' }
const schema = z.strictObject({ a: z.number() })

it.each(['{"a": 1}', '\ufeff{"a":1}', '\r\n {"a":1}\r\n'])('reads %j', text => {
  expect(parseJson(text, schema, source)).toEqual({ a: 1 })
})

it.each(['', ' ', '{', '{"a":1}{', "{'a':1}", '{"a":1,}', 'undefined', '\u200b{"a":1}'])(
  '%j is not JSON, and the message gives the place and the remedy',
  text => {
    const error = userError(() => parseJson(text, schema, source))
    expect(error).toMatchObject({ message: 'x.json is not JSON', remedy: 'Correct it.', ending: 'badInput' })
    expect(error.cause).toMatch(/JSON/)
  },
)

it('what a file holds cannot move the cursor or turn the line of a message', () => {
  const key = JSON.stringify('\u001b[2J\u202e\nfake: fine')
  const unknown = userError(() => parseJson(`{"a":1,${key}:2}`, schema, source))
  const broken = userError(() => parseJson('{"a":\u202e\u001b[2J\u2028}', schema, source))
  expect(unknown.message.split('\n')).toHaveLength(2)
  for (const text of [unknown.message.replace('\n', ''), broken.cause]) {
    expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}]/u)
  }
})

it('the same fault of several values is reported for each, a fault twice only once', () => {
  const numbers = z.array(z.number().int('must be whole').multipleOf(1, 'must be whole'))
  const { message } = userError(() => parseJson('[1.5, 2, 3.5]', numbers, source))
  expect(message).toBe('x.json is not valid:\n  0: must be whole\n  1: must be whole'.replace('1:', '2:'))
})
