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
  'refuses %j as not JSON, with the position and the remedy',
  text => {
    const error = userError(() => parseJson(text, schema, source))
    expect(error).toMatchObject({ message: 'x.json is not JSON', remedy: 'Correct it.', ending: 'badInput' })
    expect(error.cause).toMatch(/JSON/)
  },
)

it('keeps the content of a file from moving the cursor or reordering a message', () => {
  const key = JSON.stringify('\u001b[2J\u202e\nfake: fine')
  const unknown = userError(() => parseJson(`{"a":1,${key}:2}`, schema, source))
  const broken = userError(() => parseJson('{"a":\u202e\u001b[2J\u2028}', schema, source))
  expect(unknown.message.split('\n')).toHaveLength(2)
  for (const text of [unknown.message.replace('\n', ''), broken.cause]) {
    expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}]/u)
  }
})

it('reports a fault once for each value that has it', () => {
  const numbers = z.array(z.number().int('must be whole').multipleOf(1, 'must be whole'))
  const { message } = userError(() => parseJson('[1.5, 2, 3.5]', numbers, source))
  expect(message).toBe('x.json is not valid:\n  0: must be whole\n  2: must be whole')
})
