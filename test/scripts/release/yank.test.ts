import { expect, it } from 'vitest'
import {
  makeYank,
  oldYankKey,
  parseYank,
  printYank,
  printYankReason,
  refuseYanked,
  releaseAtOldKey,
} from '../../../scripts/release/yank.ts'
import { tag, userError } from '../samples.ts'

const released = tag('service-a-v1.1.0')
const at = '2026-01-01T00:00:00.000Z'
const yank = makeYank(released, { reason: 'loses orders', by: 'Test <test@example.com>', at })

it('a marker is printed as a file that a person can read, and reads as the same marker', () => {
  expect(printYank(yank)).toBe(`{
  "schema": 1,
  "tag": "service-a-v1.1.0",
  "reason": "loses orders",
  "by": "Test <test@example.com>",
  "at": "${at}"
}
`)
  expect(parseYank(printYank(yank), released)).toEqual(yank)
})

it.each([
  ['of another release', { tag: 'service-a-v1.2.0' }, 'tag: is service-a-v1.2.0, not service-a-v1.1.0'],
  ['with a tag that is none', { tag: 'service-a' }, 'tag: must be a tag such as service-a-v1.1.0'],
  ['without a reason', { reason: '' }, 'reason:'],
  ['without a time', { at: 'yesterday' }, 'at:'],
  ['of another schema', { schema: 2 }, 'schema:'],
  ['with an unknown key', { note: 'x' }, '"note"'],
])('a marker %s is refused, and what to do is said', (_, more, fault) => {
  const error = userError(() => parseYank(JSON.stringify({ ...yank, ...more }), released))
  expect(error.message).toContain('the yank marker releases/yanked/service-a-v1.1.0.json is not valid')
  expect(error.message).toContain(fault)
  expect(error.remedy).toContain('treat the release as yanked')
})

it('an old marker has the key of the record that it may be taken for', () => {
  const candidate = tag('service-a-v2.0.0-rc.1')
  expect(oldYankKey(candidate)).toBe('releases/service-a-v2.0.0-rc.1.yanked.json')
  expect(releaseAtOldKey(candidate)).toEqual(tag('service-a-v2.0.0-rc.1.yanked'))
  expect(releaseAtOldKey(released)).toBeUndefined()
})

it('using a yanked release is refused, with the reason and a way out', () => {
  const reason = `loses orders (Test <test@example.com>, 2026-01-01 00:00 UTC)`
  expect(printYankReason(yank)).toBe(reason)
  expect(refuseYanked(released, yank)).toMatchObject({
    code: 'release-yanked',
    message: 'service-a-v1.1.0 was yanked',
    cause: reason,
    remedy: expect.stringContaining('SERVICE=service-a VERSION=patch'),
  })
})
