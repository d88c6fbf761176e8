import { strToU8, zipSync } from 'fflate'

/** A zip with one file, the same bytes for the same name. */
export function sampleZip(name: string): Buffer {
  return Buffer.from(zipSync({ 'index.mjs': strToU8(`// ${name}\n`) }, { mtime: '2026-01-01T00:00:00Z' }))
}
