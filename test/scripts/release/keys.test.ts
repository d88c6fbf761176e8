import fc from 'fast-check'
import { expect, it } from 'vitest'
import { commitName, printArtifactName, recordKey, releaseName } from '../../../scripts/artifacts/names.ts'
import type { ServiceConfig } from '../../../scripts/catalogue/service-config.ts'
import { parseTag, printTag, type ReleaseTag } from '../../../scripts/names/release-tag.ts'
import { yankKey } from '../../../scripts/names/yank-key.ts'
import { sourceDigestKey } from '../../../scripts/release/source-digest.ts'
import { parseYank, yankedAt } from '../../../scripts/release/yank.ts'
import { commit, config, tag, userError } from '../samples.ts'

const kinds: readonly ServiceConfig[] = [config('lambda-zip'), config('lambda-image')]
const word = fc.constantFrom('a', 'v1', 'yanked', 'image', 'b-v1', 'json')
const service = fc.array(word, { minLength: 1, maxLength: 2 }).map(words => words.join('-'))
const suffix = fc.constantFrom(
  '',
  '-rc.1',
  '-rc.1.yanked',
  '-yanked',
  '-yanked.json',
  '-v1.0.0',
  '-yanked.yanked',
)
const someTag = fc
  .tuple(service, fc.constantFrom('1.0.0', '2.0.0'), suffix)
  .map(([name, version, rest]) => `${name}-v${version}${rest}`)
  .filter(text => parseTag(text) !== undefined)
const tags = fc.uniqueArray(someTag, { minLength: 2, maxLength: 6 }).map(all => all.map(tag))

/** Everything that is stored of a release, and what it is. */
function stored(one: ReleaseTag, kind: ServiceConfig): [what: string, name: string][] {
  const name = printTag(one)
  return [
    [`the record of ${name}`, recordKey(one)],
    [`the yank marker of ${name}`, yankKey(one)],
    [`the artifact of ${name}`, printArtifactName(releaseName(one, kind))],
    [`the digest of the source of ${one.service}`, sourceDigestKey(one.service, commit('a'))],
    [`the build of ${one.service}`, printArtifactName(commitName(one.service, kind, commit('a')))],
  ]
}

it('no two things of any releases are stored under one name', () => {
  fc.assert(
    fc.property(tags, fc.constantFrom(...kinds), (all, kind) => {
      const things = new Map(all.flatMap(one => stored(one, kind)))
      expect(new Set(things.values()).size).toBe(things.size)
    }),
  )
})

it.each([
  ['releases/yanked/a-v2.0.0-rc.1.json', 'a-v2.0.0-rc.1'],
  ['releases/yanked/a-v2.0.0-rc.1.yanked.json', 'a-v2.0.0-rc.1.yanked'],
  ['releases/a-v2.0.0.yanked.json', 'a-v2.0.0'],
  ['releases/a-v2.0.0.json', undefined],
  ['releases/a-v2.0.0.zip', undefined],
  ['releases/yanked/notes.json', undefined],
  ['old/releases/yanked/a-v2.0.0.json', undefined],
  ['releases/yanked/a-v2.0.0.json.bak', undefined],
  ['releases/yanked/old/a-v2.0.0.json', undefined],
])('the key %s is the marker of %s', (key, name) => {
  const found = yankedAt(key)
  expect(found && printTag(found)).toBe(name)
})

it('a marker that names another release is refused, and both are named', () => {
  const text = JSON.stringify({
    schema: 1,
    tag: 'a-v1.0.0',
    reason: 'loses orders',
    by: 'Test',
    at: '2026-01-01T00:00:00.000Z',
  })
  const error = userError(() => parseYank(text, tag('a-v2.0.0')))
  expect(error.message).toContain('releases/yanked/a-v2.0.0.json')
  expect(error.message).toContain('is a-v1.0.0, not a-v2.0.0')
})
