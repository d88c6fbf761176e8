import type { Target } from '../names/target.ts'
import { entryKey } from './entry.ts'

// Amazon S3 user guide, "Naming Amazon S3 objects".
const longestKey = 1024

/**
 * The key of a hint beside an entry: it sorts right after the entry, so that one list shows both. The hint is in the key
 * itself, and the object is empty. Undefined if the key would be too long.
 */
export function hintKey(target: Target, at: number, hint: string): string | undefined {
  const key = `${entryKey(target, at)}.${hint}`
  return Buffer.byteLength(key) > longestKey ? undefined : key
}

/** The hint beside an entry, if this is its key. */
export function hintAt(target: Target, at: number, key: string): string | undefined {
  const begin = `${entryKey(target, at)}.`
  return key.startsWith(begin) ? key.slice(begin.length) : undefined
}
