import { UserError } from '../../base/user-error.ts'
import { uncommittedPaths } from '../../git/io/files.ts'
import type { Git } from '../../git/io/git.ts'
import { adoptionErrors } from '../errors.ts'

/** Refuses to change files that have changes which git could not bring back. */
export async function requireCommitted(git: Git, paths: readonly string[]): Promise<void> {
  if (paths.length === 0) return
  const changed = new Set(await uncommittedPaths(git))
  const both = paths.filter(path => changed.has(path))
  if (both.length > 0)
    throw new UserError(
      adoptionErrors['init-uncommitted'],
      both.map(path => `${path} has changes that are not committed`).join('\n'),
    )
}
