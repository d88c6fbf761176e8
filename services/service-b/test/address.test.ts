import { describe, expect, test } from 'vitest'
import { normaliseAddress } from '../src/address.ts'

const ADDRESS = {
  name: 'Ada Lovelace',
  street: 'Invalidenstraße 1',
  postalCode: '10115',
  city: 'Berlin',
  country: 'DE',
}

function problemsOf(value: unknown): readonly string[] {
  const result = normaliseAddress(value)
  return result.ok ? [] : result.problems
}

describe('normalising', () => {
  test('leaves a normal address as it is', () => {
    expect(normaliseAddress(ADDRESS)).toEqual({ ok: true, address: ADDRESS })
  })

  test.each([
    ['spaces and line breaks', { name: '  Ada \r\n\t Lovelace ' }, { name: 'Ada Lovelace' }],
    ['a decomposed accent', { city: 'Ko\u0308ln' }, { city: 'K\u00f6ln' }],
    ['bidi and zero-width characters', { city: '\u202eBer\u200blin\u0000' }, { city: 'Berlin' }],
    ['a small country code', { country: 'de' }, { country: 'DE' }],
  ])('cleans %s', (_, change, expected) => {
    expect(normaliseAddress({ ...ADDRESS, ...change })).toEqual({
      ok: true,
      address: { ...ADDRESS, ...expected },
    })
  })

  test.each([
    ['AT', '1010', '1010'],
    ['CH', '8001', '8001'],
    ['FR', ' 75 001', '75001'],
    ['GB', 'sw1a1aa', 'SW1A 1AA'],
    ['GB', 'm1-1ae', 'M1 1AE'],
    ['NL', '1012ab', '1012 AB'],
    ['PL', '00950', '00-950'],
    ['SE', '11122', '111 22'],
  ])('prints a code of %s as it is there: %s', (country, postalCode, expected) => {
    expect(normaliseAddress({ ...ADDRESS, country, postalCode })).toMatchObject({
      address: { postalCode: expected },
    })
  })
})

describe('refusing', () => {
  test.each([
    [
      'a code of another country',
      { postalCode: 'SW1A 1AA' },
      'postalCode is not one of DE: it should look like 10115',
    ],
    [
      'a country it does not know',
      { country: 'XX' },
      'country must be one of AT, CH, DE, FR, GB, NL, PL, SE',
    ],
    ['an empty line', { street: ' \u200b ' }, 'street is missing'],
    ['a number', { city: 7 }, 'city is missing'],
    ['a long line', { name: 'a'.repeat(71) }, 'name is longer than 70 characters'],
  ])('%s', (_, change, problem) => {
    expect(problemsOf({ ...ADDRESS, ...change })).toEqual([problem])
  })

  test('reports everything that is wrong at once', () => {
    expect(problemsOf({})).toHaveLength(5)
  })

  test.each([[null], [[]], ['text']])('%j, which is no object', value => {
    expect(problemsOf(value)).toEqual(['the body must be a JSON object'])
  })
})
