import { expect, it } from 'vitest'
import { makeRecord, parseRecord, printRecord, recordDigest } from '../../../scripts/release/record.ts'
import { digest, sampleRelease, tag, userError } from '../samples.ts'

const image = makeRecord(sampleRelease('image'), digest('1'))
const zip = makeRecord(sampleRelease('zip'), digest('1'))
const stored = JSON.parse(printRecord(image))

it('an image record reads as a person would expect', () => {
  expect(JSON.parse(printRecord(image))).toEqual({
    schema: 1,
    tag: 'service-a-v1.1.0',
    tagObject: '9'.repeat(40),
    commit: 'c'.repeat(40),
    sourceCommit: '5'.repeat(40),
    artifact: {
      type: 'image',
      repository: 'service-a-image',
      tag: 'service-a-v1.1.0',
      digest: `sha256:${'1'.repeat(64)}`,
    },
  })
})

it('a zip record has its key and its SHA-256 as sha256sum prints it', () => {
  expect(JSON.parse(printRecord(zip)).artifact).toEqual({
    type: 'zip',
    key: 'releases/service-b-v1.1.0.zip',
    sha256: '1'.repeat(64),
  })
})

it.each([
  ['image', image],
  ['zip', zip],
])('a record of an %s that is stored and read is the same, with the same bytes', (_, record) => {
  const read = parseRecord(printRecord(record), record.tag)
  expect(read).toEqual(record)
  expect(printRecord(read)).toBe(printRecord(record))
  expect(recordDigest(read)).toBe(digest('1'))
})

it('the same release gives the same bytes, whoever wrote it and in whatever order', () => {
  const artifact = Object.fromEntries(Object.entries(stored.artifact).toReversed())
  const shuffled = JSON.stringify(Object.fromEntries(Object.entries({ ...stored, artifact }).toReversed()))
  expect(printRecord(makeRecord(sampleRelease('image'), digest('1')))).toBe(printRecord(image))
  expect(printRecord(parseRecord(shuffled, image.tag))).toBe(printRecord(image))
})

const changed = (more: object) => JSON.stringify({ ...stored, ...more })

it.each([
  ['a newer schema', changed({ schema: 2 }), ['schema: 2', 'reads 1']],
  ['a newer schema in another shape', '{"schema":7,"release":{}}', ['schema: 7', 'reads 1']],
  ['an unknown schema', changed({ schema: 'one' }), ['schema:', '1']],
  ['another tag', changed({ tag: 'service-a-v1.2.0' }), ['service-a-v1.2.0', 'not service-a-v1.1.0']],
  ['no tag', changed({ tag: 'service-a' }), ['tag: must be a tag']],
  ['a short commit', changed({ commit: 'abc' }), ['commit: must be a commit']],
  ['an unknown kind of artifact', changed({ artifact: { type: 'jar' } }), ["'image' | 'zip'"]],
  ['an unknown key', changed({ note: 'x' }), ['"note"']],
  ['a list', '[]', ['must be an object']],
])('refuses a record with %s, and says so', (_, text, says) => {
  const error = userError(() => parseRecord(text, image.tag))
  expect(error.message).toMatch(/^the release record releases\/service-a-v1\.1\.0\.json is not valid:\n/)
  for (const one of says) expect(error.message).toContain(one)
  expect(error.ending).toBe('badInput')
  expect(error.remedy).toBeTruthy()
})

it.each([
  [
    image,
    { tag: 'service-a-v1.0.0' },
    'service-a-image:service-a-v1.0.0, not service-a-image:service-a-v1.1.0',
  ],
  [
    zip,
    { key: 'releases/service-b-v1.0.0.zip' },
    'releases/service-b-v1.0.0.zip, not releases/service-b-v1.1.0.zip',
  ],
  [zip, { key: `builds/service-b-${'5'.repeat(40)}.zip` }, 'not releases/service-b-v1.1.0.zip'],
])('refuses a record that names the artifact of another release', (record, other, says) => {
  const text = printRecord({ ...record, artifact: { ...record.artifact, ...other } } as typeof record)
  const error = userError(() => parseRecord(text, record.tag))
  expect(error.message).toContain('  artifact: is ')
  expect(error.message).toContain(says)
})

it('a newer schema asks for a newer Waybill, a broken record for its first version in the bucket', () => {
  expect(userError(() => parseRecord(changed({ schema: 2 }), image.tag)).remedy).toContain('release branch')
  expect(userError(() => parseRecord(changed({ commit: '' }), image.tag)).remedy).toContain('first version')
})

it('reports all faults of a record at once', () => {
  const text = changed({ commit: 'x', tagObject: 'y', artifact: { ...stored.artifact, digest: 'z' } })
  const { message } = userError(() => parseRecord(text, image.tag))
  expect(message.match(/^ {2}(commit|tagObject|artifact\.digest): must be/gm)).toHaveLength(3)
})

it('refuses a record that is cut off anywhere', () => {
  const text = printRecord(image).trimEnd()
  for (let length = 0; length < text.length; length++) {
    const error = userError(() => parseRecord(text.slice(0, length), image.tag))
    expect(error.message).toBe('the release record releases/service-a-v1.1.0.json is not JSON')
  }
})

it('a record is read for its own tag only', () => {
  const error = userError(() => parseRecord(printRecord(image), tag('service-b-v1.1.0')))
  expect(error.message).toContain('is service-a-v1.1.0, not service-b-v1.1.0')
})
