// Imported one by one: the whole package is fifty files, which every command would wait for.

import compare from 'semver/functions/compare.js'
import inc from 'semver/functions/inc.js'
import prerelease from 'semver/functions/prerelease.js'
import { UserError } from '../base/user-error.ts'
import { namesErrors } from './errors.ts'
import { type Increment, isVersion, type Version } from './version.ts'

/** Compares versions as SemVer 2.0.0 orders them: negative when `a` comes before `b`. */
export function compareVersions(a: Version, b: Version): number {
  return compare(a, b)
}

/** Tells whether a version is a pre-release such as `1.1.0-rc.1`. */
export function isPreRelease(version: Version): boolean {
  return prerelease(version) !== null
}

/** The final version that a pre-release leads to: `1.1.0` for `1.1.0-rc.1`. */
export function finalOf(version: Version): Version {
  return version.replace(/-.*$/, '') as Version
}

/** The next version after `last`, or after `0.0.0`; after `1.2.0-rc.1` the next patch is `1.2.0`. */
export function nextVersion(last: Version | undefined, increment: Increment): Version {
  const before = last ?? '0.0.0'
  const next = inc(before, increment)
  if (next !== null && isVersion(next)) return next
  throw new UserError(namesErrors['version-limit'], `there is no next ${increment} version after ${before}`, {
    cause: 'a number has at most 15 digits',
  })
}
