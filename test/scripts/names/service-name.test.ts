import { expect, it } from 'vitest'
import { isServiceName, serviceCandidates } from '../../../scripts/names/service-name.ts'
import { service } from '../samples.ts'

it.each(['a', 'service-a', 'a1', 'a-1', 'a-1-b2', 'v1', 'a'.repeat(121)])('%s is a service name', text => {
  expect(isServiceName(text)).toBe(true)
})

it.each([
  ...['', '-', '-a', 'a-', 'a--b', '1a', 'A', 'a_b', 'a.b', 'a/b', '../a', 'a b', 'a\n', '\na', 'a\0'],
  ...['$(id)', 'a;b', '\u0430', 'a\u200b', 'a\u202e', 'a'.repeat(122)],
])('%j is not a service name', text => {
  expect(isServiceName(text)).toBe(false)
})

it.each([
  ['a', ['a', 'service-a']],
  ['service-a', ['service-a', 'service-service-a']],
  ['a'.repeat(121), ['a'.repeat(121)]],
])('%s can mean %j', (text, candidates) => {
  expect(serviceCandidates(service(text))).toEqual(candidates)
})
