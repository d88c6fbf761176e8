import fc from 'fast-check'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { parseJson, readJson } from '../../../scripts/base/parse-json.ts'
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

it.each([
  ['{"a": 1, "a": 2}', ['a: is given twice, as 1 and as 2']],
  ['{"a": 1, "\\u0061": 2}', ['a: is given twice, as 1 and as 2']],
  ['{"a": "x:y", "b": {"a": 1}, "a" : "z\\"{"}', ['a: is given twice, as "x:y" and as "z\\"{"']],
  ['{"b": {"c": [{"d": null, "d": true}]}}', ['b.c.d: is given twice, as null and as true']],
  [
    '{"a": {}, "b": [1], "a": [], "b": -1.5e3}',
    ['a: is given twice, as an object and as a list', 'b: is given'],
  ],
  ['{"__proto__": 1, "__proto__": 2}', ['__proto__: is given twice']],
  ['[{"x": 1}, {"x": 1, "x": 1}]', ['x: is given twice, as 1 and as 1']],
])('refuses a key that is given twice, and names both values: %s', (text, faults) => {
  const error = userError(() => readJson(text, source))
  expect(error).toMatchObject({ code: 'invalid-content', remedy: 'Correct it.' })
  const lines = error.message.split('\n').slice(1)
  expect(lines).toHaveLength(faults.length)
  for (const [index, fault] of faults.entries()) expect(lines[index]).toContain(fault)
})

it('takes any JSON in which no object repeats a key', () => {
  fc.assert(
    fc.property(fc.json(), text => {
      // Printing a parsed value leaves each key once.
      const value: unknown = JSON.parse(text)
      expect(readJson(JSON.stringify(value), source)).toEqual(JSON.parse(JSON.stringify(value)))
    }),
  )
})

it('finds a repeated key behind any value', () => {
  fc.assert(
    fc.property(fc.json(), fc.string(), (value, key) => {
      const name = JSON.stringify(key)
      const once = JSON.stringify(JSON.parse(value))
      expect(() => readJson(`{${name}:${once},${name}:1}`, source)).toThrow(/is given twice/)
    }),
  )
})
