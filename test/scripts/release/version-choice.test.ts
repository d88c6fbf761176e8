import { expect, it } from 'vitest'
import type { TagRef } from '../../../scripts/git/tag-ref.ts'
import { printTag } from '../../../scripts/names/release-tag.ts'
import { chooseVersion, lastBefore, releasesOf } from '../../../scripts/release/version-choice.ts'
import { commit, object, service, tag, userError, version } from '../samples.ts'

const a = service('service-a')
const annotated = { object: object('9'), commit: commit('c') }
const lightweight = { object: object('c'), commit: undefined }
const known = (...versions: string[]) =>
  versions.map(text => ({ tag: tag(`service-a-v${text}`), commit: commit('c') }))

it("a service's releases are its annotated tags, lowest version first", () => {
  const tags = new Map<string, TagRef>([
    ['service-a-v1.10.0', annotated],
    ['service-a-v1.9.0', annotated],
    ['service-a-v1.10.0-rc.1', annotated],
    ['service-a-v2.0.0', lightweight],
    ['service-a-v1.1', annotated],
    ['service-a-v01.1.0', annotated],
    ['service-ab-v3.0.0', annotated],
    ['service-a-b-v3.0.0', annotated],
    ['service-a-v1-v3.0.0', annotated],
    ['service-a-$(id)-v3.0.0', annotated],
    ['v3.0.0', annotated],
  ])
  const names = releasesOf(a, tags).map(release => printTag(release.tag))
  expect(names).toEqual(['service-a-v1.9.0', 'service-a-v1.10.0-rc.1', 'service-a-v1.10.0'])
})

it.each([
  ['1.1.0', '1.1.0-rc.1'],
  ['1.1.0-rc.1', '1.0.0'],
  ['1.5.0', '1.1.0'],
  ['3.0.0', '2.0.0'],
  ['1.0.0', undefined],
])('the last release before %s is %s', (text, expected) => {
  const releases = known('1.0.0', '1.1.0-rc.1', '1.1.0', '2.0.0')
  expect(lastBefore(releases, version(text))?.tag.version).toBe(expected)
})

it.each([
  [[], false, 'patch', '0.0.1'],
  [[], false, 'major', '1.0.0'],
  [['1.0.0', '1.1.0'], false, 'minor', '1.2.0'],
  [['1.0.0', '1.1.0'], true, 'minor', '1.1.0'],
  [['1.1.0'], true, 'major', '1.1.0'],
  [['1.2.0-rc.1'], false, 'patch', '1.2.0'],
  [['1.2.0-rc.1'], true, 'patch', '1.2.0'],
  [['1.2.3', '2.0.0-rc.1'], false, 'patch', '1.2.4'],
  [['1.2.3', '2.0.0-rc.1'], true, 'patch', '1.2.4'],
  [['1.2.3', '2.0.0-rc.1'], false, 'minor', '1.3.0'],
  [['1.2.3', '2.0.0-rc.1'], true, 'major', '2.0.0'],
  [['1.2.3', '1.2.4-rc.1'], false, 'patch', '1.2.4'],
  [['1.2.3', '1.3.0-rc.1'], false, 'patch', '1.2.4'],
] as const)(
  'after %j (the last is of this very commit: %s) %s is %s',
  (texts, lastIsThis, increment, expected) => {
    const contained = known(...texts)
    expect(chooseVersion(a, { contained, lastIsThis }, { increment })).toEqual(tag(`service-a-v${expected}`))
  },
)

it.each([true, false])('uses a version that a person names as it is (last is this: %s)', lastIsThis => {
  const chosen = chooseVersion(a, { contained: known('1.1.0'), lastIsThis }, { version: version('1.0.5') })
  expect(printTag(chosen)).toBe('service-a-v1.0.5')
})

it('refuses a tag that is too long for a container registry', () => {
  const long = version(`1.0.0-${'b'.repeat(115)}`)
  const error = userError(() => chooseVersion(a, { contained: [], lastIsThis: false }, { version: long }))
  expect(error.message).toBe(`the tag service-a-v${long} would be longer than 128 characters`)
  expect(error.cause).toContain('a container tag')
  expect(error.remedy).toContain('shorter')
  expect(error.ending).toBe('badInput')
})

it('says so when there is no higher number', () => {
  const contained = known('1.0.999999999999999')
  const error = userError(() => chooseVersion(a, { contained, lastIsThis: false }, { increment: 'patch' }))
  expect(error.message).toBe('there is no next patch version after 1.0.999999999999999')
})
