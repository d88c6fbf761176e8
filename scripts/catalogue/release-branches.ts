import { globMatcher } from '../base/glob.ts'

/** Returns a function that checks whether a remote branch is a release branch (`*` matches anything but `/`). */
export function releaseBranchMatcher(patterns: readonly string[]): (branch: string) => boolean {
  return globMatcher(patterns)
}
