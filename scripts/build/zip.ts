import { Zip, ZipDeflate } from 'fflate'

/** A file of a zip; a symbolic link's bytes are its target. */
export type ZipEntry = {
  /** From the zip's root, with `/`. */
  readonly path: string
  readonly bytes: Uint8Array
  readonly kind: 'file' | 'executable' | 'link'
}

// Unix file types and permissions, which a zip keeps in the upper half of the external attributes.
const modes = { file: 0o100644, executable: 0o100755, link: 0o120777 } as const
const unix = 3
// The earliest year that a zip can hold; noon, since no time zone skips it.
const fixedTime = () => new Date(1980, 0, 1, 12)

/**
 * Makes a zip whose bytes depend on nothing but its entries: sorted, with fixed times and modes, and compressed by
 * code that gives the same result on every machine (zlib's differs between processors and versions).
 */
export function makeZip(entries: readonly ZipEntry[]): Uint8Array {
  const parts: Uint8Array[] = []
  const zip = new Zip((error, part) => {
    if (error !== null) throw error
    parts.push(part)
  })
  for (const { path, bytes, kind } of entries.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    const file = new ZipDeflate(path, { level: 9 })
    zip.add(Object.assign(file, { os: unix, attrs: modes[kind] << 16, mtime: fixedTime() }))
    file.push(bytes, true)
  }
  zip.end()
  return Buffer.concat(parts)
}
