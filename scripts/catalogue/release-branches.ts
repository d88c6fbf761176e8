import picomatch from 'picomatch'

/** A function that tells whether a branch of the remote is a release branch (`*` stands for anything but `/`). */
export function releaseBranchMatcher(patterns: readonly string[]): (branch: string) => boolean {
  return picomatch([...patterns], { nobrace: true, noextglob: true, nonegate: true, dot: true })
}
