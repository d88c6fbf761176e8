import { expect, test } from 'vitest'
import { readConsignment } from '../src/consignment.ts'

test('sorts the numbers and leaves repetitions out', () => {
  const body = JSON.stringify({
    consignment: 'C-1',
    containers: ['TOLU4734787', 'CSQU 305438-3', 'CSQU3054383'],
  })
  expect(readConsignment(body)).toEqual({ consignment: 'C-1', containers: ['CSQU3054383', 'TOLU4734787'] })
})

test('names every wrong number at once', () => {
  const body = JSON.stringify({ consignment: 'C-1', containers: ['CSQU3054384', 'CSQU3054383', 7] })
  expect(() => readConsignment(body)).toThrow(
    '"CSQU3054384" has a wrong check digit: it should be 3; "7" is no container number',
  )
})

test.each([
  ['{', 'the message is not valid JSON'],
  ['[]', 'the message must be a JSON object'],
  ['null', 'the message must be a JSON object'],
  ['{"containers":["CSQU3054383"]}', 'consignment must be 1 to 40 letters, digits and hyphens'],
  [
    '{"consignment":"C 1","containers":["CSQU3054383"]}',
    'consignment must be 1 to 40 letters, digits and hyphens',
  ],
  ['{"consignment":"C-1","containers":[]}', 'containers must be a list with at least one number'],
  ['{"consignment":"C-1"}', 'containers must be a list with at least one number'],
])('refuses %s', (body, problem) => {
  expect(() => readConsignment(body)).toThrow(problem)
})
