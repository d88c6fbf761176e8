import { expect, it } from 'vitest'
import {
  artifactTypeOfPin,
  earlierTags,
  explainStrayPin,
  findContradiction,
  makePin,
  parsePin,
  pinPath,
  printPin,
  tagInPin,
} from '../../../scripts/pin/pin.ts'
import { makeRecord } from '../../../scripts/release/record.ts'
import { commit, digest, sampleRelease, service, userError } from '../samples.ts'

const path = pinPath('staging', service('service-a'))
const image = makePin(makeRecord(sampleRelease('image'), digest('1')))
const zip = makePin(makeRecord(sampleRelease('zip'), digest('1')))

it('a pin of an image has its digest, one of a zip its SHA-256', () => {
  expect(image).toEqual({ tag: 'service-a-v1.1.0', commit: 'c'.repeat(40), digest: digest('1') })
  expect(zip).toEqual({ tag: 'service-b-v1.1.0', commit: 'c'.repeat(40), sha256: '1'.repeat(64) })
})

it('each service has a file of its own in each environment', () => {
  expect(path).toBe('cdktf/pins/staging/service-a.json')
})

it('a pin is printed as a file that a person can read and that ends with a line break', () => {
  const lines = ['{', '  "tag": "service-a-v1.1.0",', `  "commit": "${'c'.repeat(40)}",`]
  expect(printPin(image)).toBe(`${lines.join('\n')}\n  "digest": "sha256:${'1'.repeat(64)}"\n}\n`)
})

it.each([
  ['image', image, 'service-a'],
  ['zip', zip, 'service-b'],
])('a printed pin of an %s reads as the same pin', (_, pin, name) => {
  expect(parsePin(printPin(pin), pinPath('prod', service(name)))).toEqual(pin)
})

it('a pin that an editor has changed in form only is the same pin', () => {
  const reordered = `\ufeff${JSON.stringify(Object.fromEntries(Object.entries(image).toReversed()))}\r\n`
  expect(printPin(parsePin(reordered, path))).toBe(printPin(image))
})

const edited = (more: object) => JSON.stringify({ ...image, ...more })

it.each([
  ['an invalid tag', edited({ tag: 'service-a-v1.1' }), ['tag: must be a tag']],
  ['a short commit', edited({ commit: 'abc' }), ['commit: must be a commit']],
  ['a digest without its algorithm', edited({ digest: '1'.repeat(64) }), ['digest: must be sha256: and 64']],
  ['three faults', edited({ tag: '', commit: '', digest: '' }), ['tag:', 'commit:', 'digest:']],
  ['both digest and sha256', edited({ sha256: '1'.repeat(64) }), ['either the digest']],
  ['neither', edited({ digest: undefined }), ['either the digest']],
  ['an unknown key', edited({ note: 'x' }), ['"note"']],
  ['a list', '[]', ['either the digest']],
  ['the release of another service', edited({ tag: 'service-b-v1.1.0' }), ['service-b-v1.1.0', path]],
])('refuses a hand-edited pin with %s', (_, text, says) => {
  const error = userError(() => parsePin(text, path))
  expect(error.message).toMatch(/^cdktf\/pins\/staging\/service-a\.json is not valid:\n/)
  for (const one of says) expect(error.message).toContain(one)
  expect(error.remedy).toContain('make pin')
  expect(error.ending).toBe('badInput')
})

it('refuses a pin with the marks of a merge conflict, and names the file', () => {
  const text = `<<<<<<< HEAD\n${printPin(image)}=======\n${printPin(image)}>>>>>>> other\n`
  expect(userError(() => parsePin(text, path)).message).toBe(`${path} is not JSON`)
})

it.each([
  ['', ''],
  ['1', ''],
  ['2 1', '1'],
  ['2 2 1', '1'],
  ['3 2 1', '2 1'],
  // After a rollback: the release that was rolled back from is left out.
  ['2 3 2 1', '1'],
  ['1 2 3 2 1', ''],
  ['1 2 1', ''],
  ['4 2 3 2 1', '2 1'],
  ['2 4 2 3 2 1', '1'],
])('a service that was pinned to %j, newest first, goes back to the first of %j', (history, earlier) => {
  const words = (text: string) => text.split(' ').filter(Boolean)
  expect(earlierTags(words(history))).toEqual(words(earlier))
})

it.each([
  ['cdktf/pins/staging/service-a.json', undefined],
  ['cdktf/pins/qa/service-a.json', 'there is no environment qa'],
  ['cdktf/pins/q\u202ea/service-a.json', 'there is no environment qa'],
  ['cdktf/pins/service-a.json', 'is not <environment>/<service>.json'],
  ['cdktf/pins/staging/old/service-a.json', 'is not <environment>/<service>.json'],
  ['cdktf/pins/constructor/service-a.json', 'there is no environment constructor'],
])('whether the file %j belongs to staging or prod: %s', (path, why) => {
  expect(explainStrayPin(path, ['staging', 'prod'])).toBe(why)
})

it('the type of a pin is that of its artifact', () => {
  expect([image, zip].map(artifactTypeOfPin)).toEqual(['image', 'zip'])
})

it.each([
  ['its own', {}, undefined],
  [
    'another commit',
    { commit: commit('d') },
    `commit ${commit('d')} and ${digest('1')}, but the record has `,
  ],
  [
    'another digest',
    { digest: digest('2') },
    `commit ${commit('c')} and ${digest('2')}, but the record has `,
  ],
])('a pin with %s is compared with its record', (_, other, contradiction) => {
  const record = makeRecord(sampleRelease('image'), digest('1'))
  const found = findContradiction(record, { ...makePin(record), ...other })
  expect(found).toBe(contradiction && `${contradiction}${commit('c')} and ${digest('1')}`)
})

it.each([
  [printPin(image), 'service-a-v1.1.0'],
  ['{"tag":"service-a-v2.0.0"', 'service-a-v2.0.0'],
  ['{"tag":   "service-a-v2.0.0\u001b[31m"}', 'service-a-v2.0.0[31m'],
  ['{"tag": ""}', 'another release'],
  ['<<<<<<< HEAD', 'another release'],
])('a message about the pin %j names %s', (text, named) => {
  expect(tagInPin(text)).toBe(named)
})
