import { invalidValue } from './errors.ts'

/** The most that a function's code can be when it is unzipped (AWS Lambda developer guide, Quotas): 250 MB. */
const mostUnzipped = 262_144_000

/** Refuses bytes that are not a zip, that hold no file, or too much (PKWARE APPNOTE, 4.3.12 and 4.3.16). */
export function checkZip(bytes: Buffer): void {
  if (bytes.length === 0) throw invalidValue('Uploaded file must be a non-empty zip')
  const end = bytes.lastIndexOf('PK\x05\x06', undefined, 'latin1')
  if (end < 0 || bytes.length < end + 22) throw notZip()
  const count = bytes.readUInt16LE(end + 10)
  if (count === 0) throw invalidValue('Uploaded file must be a non-empty zip')
  let at = bytes.readUInt32LE(end + 16)
  let size = 0
  for (let entry = 0; entry < count; entry += 1) {
    if (at + 46 > end || bytes.readUInt32BE(at) !== 0x504b0102) throw notZip()
    size += bytes.readUInt32LE(at + 24)
    at += 46 + bytes.readUInt16LE(at + 28) + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32)
  }
  if (size <= mostUnzipped) return
  throw invalidValue(`Unzipped size must be smaller than ${mostUnzipped} bytes`)
}

function notZip(): Error {
  return invalidValue('Could not unzip uploaded file. Please check your file, then try to upload again.')
}
