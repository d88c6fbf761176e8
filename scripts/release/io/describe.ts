import { readServiceAt, unknownService } from '../../build/io/service-at-commit.ts'
import { findSourceCommit } from '../../build/io/source-commit.ts'
import type { Git } from '../../git/io/git.ts'
import { makeRelease, type Release } from '../release.ts'
import type { VerifiedTag } from './verified-tag.ts'

/** Describes a release from its verified tag: its service as it is at the commit, and its source commit. */
export async function describeRelease(git: Git, verified: VerifiedTag): Promise<Release> {
  const { service } = verified.tag
  const config = await readServiceAt(git, service, verified.commit)
  if (config === undefined) throw await unknownService(git, service, verified.commit)
  const sourceCommit = await findSourceCommit(git, { service, config }, verified.commit)
  return makeRelease({ ...verified, sourceCommit }, config)
}
