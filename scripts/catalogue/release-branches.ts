import picomatch from 'picomatch'

/** Returns a function that checks whether a remote branch is a release branch (`*` matches anything but `/`). */
export function releaseBranchMatcher(patterns: readonly string[]): (branch: string) => boolean {
  return picomatch([...patterns], { nobrace: true, noextglob: true, nonegate: true, dot: true })
}
