import { unzipSync } from 'fflate'

/** The entries of a zip as `unzip` would make them: path to Unix mode and text, in the zip's order. */
export function listZip(zip: Uint8Array): Record<string, { mode: string; text: string }> {
  const contents = unzipSync(zip)
  const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength)
  const listed: Record<string, { mode: string; text: string }> = {}
  // Central directory headers (APPNOTE.TXT 4.3.12).
  for (let at = 0; at + 46 <= zip.length; at++) {
    if (view.getUint32(at, true) !== 0x02014b50) continue
    const name = new TextDecoder().decode(zip.subarray(at + 46, at + 46 + view.getUint16(at + 28, true)))
    const mode = (view.getUint32(at + 38, true) >>> 16).toString(8)
    listed[name] = { mode, text: Buffer.from(contents[name] ?? []).toString() }
  }
  return listed
}
