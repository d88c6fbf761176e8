/** The oldest git that has all that is used here: `git log --diff-merges=first-parent` came last, in 2.31. */
export const oldestGit = '2.31'

/** Tells from what `git version` prints whether it is too old; text that names no version is not. */
export function isOldGit(printed: string): boolean {
  const [, ...found] = /^git version (\d+)\.(\d+)/.exec(printed) ?? []
  const [oldestMajor = 0, oldestMinor = 0] = oldestGit.split('.').map(Number)
  const [major = oldestMajor, minor = oldestMinor] = found.map(Number)
  return major < oldestMajor || (major === oldestMajor && minor < oldestMinor)
}
