import { expect, it } from 'vitest'
import {
  parseSourceDigest,
  printSourceDigest,
  sourceDigestKey,
} from '../../../scripts/release/source-digest.ts'
import { commit, digest, sampleRelease, userError } from '../samples.ts'

const release = sampleRelease('image')
const text = printSourceDigest(release, digest('a'))
const changed = (more: object) => JSON.stringify({ ...JSON.parse(text), ...more })

it('what fixes the digest of a source commit reads as a person would expect, and as the same digest', () => {
  expect(sourceDigestKey(release.tag.service, release.sourceCommit)).toBe(
    `releases/sources/service-a-${commit('5')}.json`,
  )
  expect(JSON.parse(text)).toEqual({
    schema: 1,
    service: 'service-a',
    sourceCommit: commit('5'),
    digest: digest('a'),
  })
  expect(text).toMatch(/^\{\n {2}"schema": 1,\n[\s\S]*\}\n$/)
  expect(parseSourceDigest(text, release)).toBe(digest('a'))
})

it.each([
  ['of another service', { service: 'service-b' }, 'service: is service-b, not service-a'],
  ['of another commit', { sourceCommit: commit('6') }, `sourceCommit: is ${commit('6')}, not ${commit('5')}`],
  ['with a short commit', { sourceCommit: 'abc' }, 'sourceCommit: must be a commit of 40 hexadecimal digits'],
  ['with a digest that is none', { digest: 'abc' }, 'digest: must be sha256: and 64 hexadecimal digits'],
  ['of another schema', { schema: 2 }, 'schema:'],
  ['with an unknown key', { note: 'x' }, '"note"'],
])('one %s is refused, and both are named', (_, more, fault) => {
  const error = userError(() => parseSourceDigest(changed(more), release))
  expect(error.message).toContain(`releases/sources/service-a-${commit('5')}.json is not valid`)
  expect(error.message).toContain(fault)
  expect(error.remedy).toContain('first version')
})
