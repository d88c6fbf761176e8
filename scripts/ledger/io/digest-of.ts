import { createHash } from 'node:crypto'
import { type Digest, digestFromHex } from '../../names/digest.ts'

/** The SHA-256 of a text. */
export function digestOf(text: string): Digest {
  return digestFromHex(createHash('sha256').update(text).digest('hex'))
}
