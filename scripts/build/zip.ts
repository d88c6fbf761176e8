import { Deflate, deflateSync, Zip, type ZipInputFile, ZipPassThrough } from 'fflate'
import { zipTime } from '../base/zip-time.ts'

/** A file of a zip; a symbolic link's bytes are its target, and a folder, which is listed only if it is empty, has none. */
export type ZipEntry = {
  /** From the zip's root, with `/`. */
  readonly path: string
  /** Asked for once, so that they can be read when their turn comes. */
  readonly bytes: Uint8Array
  readonly kind: 'file' | 'executable' | 'link' | 'folder'
}

/** Maximum number of entries: beyond it a zip needs the fields of zip64, which not every reader of zips knows. */
export const mostZipEntries = 0xffff

/** Maximum size of a zip, in bytes, for the same reason. */
export const mostZipBytes = 0xffffffff

// Unix file types and permissions, which a zip keeps in the upper half of the external attributes.
const modes = { file: 0o100644, executable: 0o100755, link: 0o120777, folder: 0o040755 } as const
const unix = 3

/**
 * Makes a zip whose bytes depend on nothing but its entries: sorted, with fixed times and modes, and compressed by
 * code that gives the same result on every machine (zlib's differs between processors and versions).
 */
export function makeZip(entries: readonly ZipEntry[]): Uint8Array {
  const files = entries.toSorted((a, b) => (a.path < b.path ? -1 : 1)).map(compress)
  const parts: Uint8Array[] = []
  const zip = new Zip((error, part) => {
    if (error !== null) throw error
    parts.push(part)
  })
  const mtime = zipTime()
  for (const { data, ...file } of files) {
    const input: ZipInputFile = { ...file, os: unix, mtime }
    zip.add(input)
    input.ondata?.(null, data, true)
  }
  zip.end()
  return Buffer.concat(parts)
}

function compress({ path, bytes, kind }: ZipEntry) {
  const isFolder = kind === 'folder'
  return {
    filename: isFolder ? `${path}/` : path,
    // APPNOTE.TXT 4.4.4 and 4.4.5: 0 is stored, 8 is deflated; 1 says that the deflation was the best one.
    compression: isFolder ? 0 : 8,
    flag: isFolder ? 0 : 1,
    attrs: modes[kind] << 16,
    size: bytes.length,
    crc: checksum(bytes),
    data: isFolder ? new Uint8Array() : deflate(bytes),
  }
}

// fflate clears its tables for each file, so many small files are cheap only with small tables.
const tables = [
  { upTo: 4096, mem: 0 },
  { upTo: 65_536, mem: 4 },
] as const

function deflate(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const small = tables.find(({ upTo }) => bytes.length <= upTo)
  // Small Buffers share their memory, and many are cheap to keep.
  if (small !== undefined) return Buffer.from(deflateSync(bytes, { level: 9, mem: small.mem }))
  const parts: Uint8Array[] = []
  new Deflate({ level: 9 }, part => parts.push(part)).push(bytes, true)
  return Buffer.concat(parts)
}

// CRC-32, which fflate computes only of what passes through.
function checksum(bytes: Uint8Array): number {
  const through = new ZipPassThrough('')
  through.ondata = () => {}
  through.push(bytes, true)
  return through.crc
}
