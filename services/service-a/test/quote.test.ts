import { describe, expect, test } from 'vitest'
import { type Parcel, quote, readParcel } from '../src/quote.ts'

const PARCEL: Parcel = {
  weightGrams: 1_200,
  lengthMillimetres: 300,
  widthMillimetres: 200,
  heightMillimetres: 100,
  zone: 'domestic',
}

describe('the price of a parcel', () => {
  test.each([
    ['by its weight', {}, 510, 1_200],
    ['an exact kilogram is one kilogram', { weightGrams: 1_000, heightMillimetres: 80 }, 450, 1_000],
    ['one gram more begins the next', { weightGrams: 1_001, heightMillimetres: 80 }, 510, 1_001],
    ['by its volume when it is light', { weightGrams: 100, heightMillimetres: 500 }, 750, 6_000],
    ['to a neighbour', { zone: 'neighbour' }, 1_170, 1_200],
    ['to the world', { zone: 'world' }, 2_830, 1_200],
  ] as const)('%s', (_, change, amountCents, billableGrams) => {
    expect(quote({ ...PARCEL, ...change })).toEqual({ currency: 'EUR', amountCents, billableGrams })
  })
})

describe('reading a parcel', () => {
  test('takes a valid one', () => {
    expect(readParcel(PARCEL)).toEqual({ ok: true, parcel: PARCEL })
  })

  test.each([
    ['zero', { weightGrams: 0 }, 'weightGrams must be a whole number from 1 to 31500'],
    ['a fraction', { lengthMillimetres: 1.5 }, 'lengthMillimetres must be a whole number from 1 to 1200'],
    ['a string', { widthMillimetres: '10' }, 'widthMillimetres must be a whole number from 1 to 600'],
    ['too high', { heightMillimetres: 601 }, 'heightMillimetres must be a whole number from 1 to 600'],
    ['an inherited name', { zone: 'toString' }, 'zone must be one of domestic, neighbour, world'],
  ])('refuses %s', (_, change, problem) => {
    expect(readParcel({ ...PARCEL, ...change })).toEqual({ ok: false, problems: [problem] })
  })

  test('reports everything that is wrong at once', () => {
    const result = readParcel({})
    expect(result.ok ? [] : result.problems).toHaveLength(5)
  })

  test.each([[null], [[]], ['text'], [7]])('refuses %j, which is no object', value => {
    expect(readParcel(value)).toEqual({ ok: false, problems: ['the body must be a JSON object'] })
  })
})
