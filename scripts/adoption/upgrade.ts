import type { Version } from '../names/version.ts'
import { compareVersions } from '../names/version-order.ts'
import { plainEnds } from './decide.ts'

/** What a three-way merge is made of. */
export type Merge = { readonly base: string; readonly present: string; readonly next: string }

/** What upgrade does with a file. */
export type UpgradeStep =
  | { readonly action: 'nothing' | 'create' | 'replace' | 'remove' | 'left' }
  | ({ readonly action: 'merge' } & Merge)

/**
 * Decides for one file: `base` is what Waybill wrote, `next` what it writes now, `present` what is there. Each is
 * undefined where there is none.
 */
export function decideUpgrade(
  base: string | undefined,
  present: string | undefined,
  next: string | undefined,
): UpgradeStep {
  if (present === undefined) {
    // Whoever deleted a file of Waybill's meant it.
    return { action: base === undefined && next !== undefined ? 'create' : 'nothing' }
  }
  const same = plainEnds(present)
  if (next === undefined) return { action: same === base ? 'remove' : 'left' }
  if (same === next || base === next) return { action: 'nothing' }
  if (base === undefined) return { action: 'left' }
  return same === base ? { action: 'replace' } : { action: 'merge', base, present, next }
}

/** The parts of the changelog for the versions after `from`, up to and including `to`. */
export function changesBetween(changelog: string, from: string, to: string): string {
  const parts = changelog.split(/^(?=## )/m).filter(part => {
    const version = /^## (\d+\.\d+\.\d+[\w.-]*)/.exec(part)?.[1] as Version | undefined
    return (
      version !== undefined &&
      compareVersions(version, from as Version) > 0 &&
      compareVersions(version, to as Version) <= 0
    )
  })
  return parts.join('').trim()
}
