import { decode, encode } from '@msgpack/msgpack'
import { expect, it } from 'vitest'
import type { CtyType } from './schema/types.ts'
import { readJson, readValue, writeValue } from './wire/dynamic-value.ts'
import { isEqual, unknown, withoutUnknown } from './wire/value.ts'

const type: CtyType = [
  'object',
  { name: 'string', threshold: 'number', zones: ['set', 'string'], weights: ['map', 'number'] },
]
const wire = (value: object) => ({ msgpack: encode(value) })

it('reads a number that no double represents exactly from text, and writes it as that text', () => {
  const read = readValue(wire({ name: 'a', threshold: '0.05', zones: [], weights: { 2: '0.1' } }), type)
  expect(read).toEqual({ name: 'a', threshold: 0.05, zones: [], weights: { 2: 0.1 } })
  expect(decode(writeValue(read).msgpack ?? new Uint8Array())).toMatchObject({
    threshold: '0.05',
    weights: { 2: '0.1' },
  })
})

it('reads unknown values with and without refinements, and writes the same bytes as terraform', () => {
  const plain = readValue({ msgpack: new Uint8Array([0xd4, 0, 0]) }, 'string')
  const refined = readValue({ msgpack: new Uint8Array([0xc7, 3, 12, 0x81, 1, 0xc2]) }, 'string')
  expect([plain === unknown, refined === unknown]).toEqual([true, true])
  expect([...(writeValue(unknown).msgpack ?? [])]).toEqual([0xd4, 0, 0])
  expect(withoutUnknown({ arn: unknown, tags: [unknown, 'a'] })).toEqual({ arn: null, tags: [null, 'a'] })
})

it('compares sets in any order, and lists in order', () => {
  const one = readValue(wire({ zones: ['b', 'a'] }), type)
  const other = readValue(wire({ zones: ['a', 'b'] }), type)
  expect([isEqual(one, other), isEqual(['b', 'a'], ['a', 'b'])]).toEqual([true, false])
})

it('fills in what a state file of an older schema lacks, and drops unknown attributes', () => {
  const json = Buffer.from(JSON.stringify({ name: 'a', gone: 1 }))
  expect(readJson(json, type)).toEqual({ name: 'a', threshold: null, zones: null, weights: null })
})
