import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import {
  digestBase64,
  digestFromBase64,
  digestFromHex,
  digestHex,
  isDigest,
  shortDigest,
} from '../../../scripts/names/digest.ts'

it.each(['', 'a', 'waybill'])('the digest of %j is the same in each form', text => {
  const hash = createHash('sha256').update(text)
  const [hex, base64] = [hash.copy().digest('hex'), hash.digest('base64')]
  const digest = digestFromHex(hex)
  expect(digest).toBe(`sha256:${hex}`)
  expect(digestFromBase64(base64)).toBe(digest)
  expect(digestHex(digest)).toBe(hex)
  expect(digestBase64(digest)).toBe(base64)
  expect(shortDigest(digest)).toBe(`sha256:${hex.slice(0, 12)}`)
})

it.each([
  ...['', 'a'.repeat(64), `sha256:${'a'.repeat(63)}`, `sha256:${'a'.repeat(65)}`, `sha256:${'A'.repeat(64)}`],
  ...[`sha512:${'a'.repeat(64)}`, `sha256:${'a'.repeat(64)}\n`, `sha256:${'g'.repeat(64)}`],
])('%j is not a digest', text => {
  expect(isDigest(text)).toBe(false)
})

it.each(['', 'YQ==', 'not base64', Buffer.alloc(31).toString('base64'), Buffer.alloc(33).toString('base64')])(
  'a checksum of other than 32 bytes (%j) is never taken for a digest',
  base64 => {
    expect(() => digestFromBase64(base64)).toThrow('64 hexadecimal digits')
  },
)
