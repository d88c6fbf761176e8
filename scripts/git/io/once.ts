import type { Git } from './git.ts'

/** Makes a reader of what never changes, such as a commit: it reads once for each key, for all who ask. */
export function once<Value>(
  read: (git: Git, key: string) => Promise<Value>,
): (git: Git, key: string) => Promise<Value> {
  const clones = new WeakMap<Git, Map<string, Promise<Value>>>()
  return (git, key) => {
    const known = clones.get(git) ?? new Map<string, Promise<Value>>()
    clones.set(git, known)
    const before = known.get(key)
    if (before !== undefined) return before
    const value = read(git, key)
    known.set(key, value)
    // The next one may have more luck.
    value.catch(() => known.delete(key))
    return value
  }
}
