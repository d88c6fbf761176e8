import { strToU8, zipSync } from 'fflate'

/** A zip of a function, `index.handler`, that answers a name; the same bytes for the same name. */
export function sampleZip(name: string): Buffer {
  return functionZip({ 'index.mjs': `export const handler = async () => (${JSON.stringify(name)})\n` })
}

/** A zip of files, the same bytes for the same files. */
export function functionZip(files: Record<string, string>): Buffer {
  const entries = Object.entries(files).map(([name, text]) => [name, strToU8(text)] as const)
  return Buffer.from(zipSync(Object.fromEntries(entries), { mtime: '2026-01-01T00:00:00Z' }))
}
