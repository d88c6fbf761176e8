import { findSourceCommit, readServiceAt, unknownService } from '../../build/io/service-at-commit.ts'
import type { Git } from '../../git/io/git.ts'
import { type Release, release } from '../release.ts'
import type { VerifiedTag } from './verified-tag.ts'

/** Puts a release together from its tag: the service as it is at the commit, and its source commit. */
export async function describeRelease(git: Git, verified: VerifiedTag): Promise<Release> {
  const { service } = verified.tag
  const config = await readServiceAt(git, service, verified.commit)
  if (config === undefined) throw await unknownService(git, service, verified.commit)
  const sourceCommit = await findSourceCommit(git, { service, config }, verified.commit)
  return release({ ...verified, sourceCommit }, config)
}
