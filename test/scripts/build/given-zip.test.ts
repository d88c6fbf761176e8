import { describe, expect, it } from 'vitest'
import { readGivenZip } from '../../../scripts/build/given-zip.ts'
import { makeZip } from '../../../scripts/build/zip.ts'

function zipOf(...paths: string[]) {
  return Buffer.from(
    makeZip(paths.map(path => ({ path, bytes: Buffer.from('1234567890'), kind: 'file' as const }))),
  )
}

function withComment(zip: Buffer, comment: string) {
  const bytes = Buffer.concat([zip, Buffer.from(comment)])
  bytes.writeUInt16LE(comment.length, zip.length - 2)
  return bytes
}

/** Changes a number of the first entry in the directory. */
function changed(zip: Buffer, offset: number, value: number) {
  const bytes = Buffer.from(zip)
  bytes.writeUInt16LE(value, bytes.indexOf(Buffer.from([0x50, 0x4b, 1, 2])) + offset)
  return bytes
}

describe('a zip that a command made', () => {
  it('is read by its directory, behind a comment too', () => {
    expect(readGivenZip(zipOf('a.js', 'lib/b.js'))).toEqual({ files: 2, unzipped: 20 })
    expect(readGivenZip(withComment(zipOf('a.js'), 'made by PK\u0005\u0006'))).toEqual({
      files: 1,
      unzipped: 10,
    })
  })

  it.each([
    ['a tarball', Buffer.alloc(10_240), 'it is not a zip'],
    ['an empty file', Buffer.alloc(0), 'it is not a zip'],
    ['one that was cut off', zipOf('a.js').subarray(0, -30), 'it is not a zip'],
    ['one without its beginning', zipOf('a.js').subarray(40), 'its directory is cut off'],
    ['one with an encrypted file', changed(zipOf('a.js'), 8, 1), '"a.js" in it is encrypted'],
    ['one with a way out', zipOf('a.js', '../b.js'), '"../b.js" in it leads out of the folder'],
    ['one with an absolute path', zipOf('/etc/b.js'), '"/etc/b.js" in it leads out of the folder'],
  ])('%s is refused', (_, bytes, fault) => {
    expect(readGivenZip(bytes)).toEqual({ fault: expect.stringContaining(fault) })
  })
})
