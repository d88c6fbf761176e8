import { type Attempt, attempt, attemptAsync, unwrap } from '../../base/attempt.ts'
import { readServicesAt, unknownService } from '../../build/io/service-at-commit.ts'
import { findSources, noSource, type SearchOptions } from '../../build/io/source-commit.ts'
import type { ServiceConfig } from '../../catalogue/service-config.ts'
import type { Git } from '../../git/io/git.ts'
import { makeRelease, type Release } from '../release.ts'
import type { VerifiedTag } from './verified-tag.ts'

/** A verified tag whose service was read at its commit, and whose source commit is wanted. */
export type ReleasedService = VerifiedTag & VerifiedTag['tag'] & { readonly config: ServiceConfig }

/**
 * Describes releases from their verified tags, in one pass: each service as it is at the commit, and its source commit.
 * What fails is the release's own answer.
 */
export async function describeReleases(
  git: Git,
  all: readonly VerifiedTag[],
  options?: SearchOptions<ReleasedService>,
): Promise<Attempt<Release>[]> {
  const configs = await readServicesAt(
    git,
    all.map(({ tag, commit }) => ({ service: tag.service, commit })),
  )
  const services = await Promise.all(
    all.map((one, index) => attemptAsync(() => requireService(git, one, configs[index]))),
  )
  const found = services.flatMap(one => ('value' in one ? [one.value] : []))
  const sources = await findSources(git, found, options)
  return services.map(one => {
    if ('error' in one) return one
    const { tag, tagObject, commit, config } = one.value
    const sourceCommit = sources.get(one.value)
    if (sourceCommit === undefined) return attempt(() => raise(noSource(one.value)))
    return { value: makeRelease({ tag, tagObject, commit, sourceCommit }, config) }
  })
}

function raise(error: Error): never {
  throw error
}

async function requireService(
  git: Git,
  verified: VerifiedTag,
  read: Attempt<ServiceConfig | undefined> | undefined,
): Promise<ReleasedService> {
  const { service } = verified.tag
  const config = read && unwrap(read)
  if (config === undefined) throw await unknownService(git, service, verified.commit)
  return { ...verified, ...verified.tag, config }
}

/** The same for one release; throws what fails. */
export async function describeRelease(
  git: Git,
  verified: VerifiedTag,
  options?: SearchOptions<ReleasedService>,
): Promise<Release> {
  const [described] = await describeReleases(git, [verified], options)
  return unwrap(described as Attempt<Release>)
}
