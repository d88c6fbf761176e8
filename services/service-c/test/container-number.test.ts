import { expect, test } from 'vitest'
import { checkContainerNumber } from '../src/container-number.ts'

// CSQU3054383 is the standard's own example.
test.each(['CSQU3054383', 'MSKU6011672', 'TOLU4734787'])('%s has the right check digit', number => {
  expect(checkContainerNumber(number)).toEqual({ ok: true, number })
})

test('reads a number as it is printed on the door', () => {
  expect(checkContainerNumber('csqu 305438-3')).toEqual({ ok: true, number: 'CSQU3054383' })
})

test('a remainder of ten is the check digit 0', () => {
  const zeros = Array.from({ length: 2_000 }, (_, serial) => `ABCU${String(serial).padStart(6, '0')}0`)
  const remainders = zeros.filter(number => checkContainerNumber(number).ok)
  // Two of the eleven remainders (0 and 10) print as 0.
  expect(remainders.length / zeros.length).toBeCloseTo(2 / 11, 2)
})

test.each(['CSQU3054384', 'CSQU3054838', 'CSUQ3054383'])('refuses %s', text => {
  expect(checkContainerNumber(text)).toHaveProperty('problem')
})

test.each(['', 'CSQU305438', 'CSQX3054383', 'CSQU30543833', 'ÇSQU3054383'])(
  '%j is no container number',
  text => {
    expect(checkContainerNumber(text)).toEqual({
      ok: false,
      problem: `${JSON.stringify(text)} is no container number`,
    })
  },
)
