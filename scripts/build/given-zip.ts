import { quote } from '../base/printable.ts'

/** What the directory at the end of a zip says. */
export type GivenZip = {
  readonly files: number
  /** The size of its files, in bytes. */
  readonly unzipped: number
}

// PKWARE, APPNOTE.TXT, 4.3.12 and 4.3.16; all numbers are little-endian.
const endSignature = 0x06054b50
const endSize = 22
const longestComment = 0xffff
const entrySignature = 0x02014b50
const entrySize = 46
const isEncrypted = 0x1
const zip64 = 0xffffffff

/** Reads the directory of a zip that a command made, or says why its bytes are not a zip that AWS takes. */
export function readGivenZip(bytes: Buffer): GivenZip | { readonly fault: string } {
  const end = findEnd(bytes)
  if (end === undefined) return { fault: 'it is not a zip: its end has no directory' }
  const [entries, start] = [bytes.readUInt16LE(end + 10), bytes.readUInt32LE(end + 16)]
  if (start === zip64) return { fault: 'it is a zip64, which not every reader knows' }
  let [at, files, unzipped] = [start, 0, 0]
  for (let entry = 0; entry < entries; entry++) {
    if (at + entrySize > end || bytes.readUInt32LE(at) !== entrySignature)
      return { fault: 'its directory is cut off' }
    const name = bytes.toString('utf8', at + entrySize, at + entrySize + bytes.readUInt16LE(at + 28))
    const fault = faultOfEntry(name, bytes.readUInt16LE(at + 8))
    if (fault !== undefined) return { fault }
    if (!name.endsWith('/')) files += 1
    unzipped += bytes.readUInt32LE(at + 24)
    at += entrySize + bytes.readUInt16LE(at + 28) + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32)
  }
  return { files, unzipped }
}

/** A comment of any text may follow the end's own fields. */
function findEnd(bytes: Buffer): number | undefined {
  const last = bytes.length - endSize
  for (let at = last; at >= Math.max(0, last - longestComment); at--) {
    const isEnd = bytes.readUInt32LE(at) === endSignature
    if (isEnd && at + endSize + bytes.readUInt16LE(at + 20) === bytes.length) return at
  }
  return undefined
}

function faultOfEntry(name: string, flags: number): string | undefined {
  if (flags & isEncrypted) return `${quote(name)} in it is encrypted`
  if (name.startsWith('/') || name.includes('\\') || name.split('/').includes('..'))
    return `${quote(name)} in it leads out of the folder that it is unpacked to`
  return undefined
}
