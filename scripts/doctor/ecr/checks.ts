import { usualRepository } from '../../artifacts/types.ts'
import { tagsPerImage } from '../../aws/quotas.ts'
import type { ServiceName } from '../../names/service-name.ts'
import { behind, blocked, type DoctorCheck, fails, judge, type Look, passes, warns } from '../check.ts'
import { commitTags, releaseTags } from './automaton.ts'
import type { LifecycleImage } from './lifecycle.ts'
import { checkEcrLifecycle, type LifecycleSeen } from './lifecycle-check.ts'
import { findTag } from './tag-patterns.ts'

/** Which tags of a repository can be moved. */
export type Mutability = { readonly setting: string; readonly exclusions: readonly string[] }

/** What was seen of the artifact account's repositories, and of those that services use. */
export type RepositoriesSeen = {
  readonly all: Look<ReadonlyMap<string, Mutability>>
  readonly each: readonly RepositorySeen[]
}

/** What was seen of one repository. */
export type RepositorySeen = {
  readonly name: string
  readonly services: readonly ServiceName[]
  readonly lifecycle: Look<LifecycleSeen>
  /** The images, if any can be near the limit of tags; empty if there are too few tags for that. */
  readonly images: Look<readonly LifecycleImage[]>
}

/** Checks each repository: that it exists, and that no tag moves and no released image expires. */
export function checkEcr({ all, each }: RepositoriesSeen, where: string, now: number): DoctorCheck[] {
  if (each.length === 0) return [passes('repositories', 'no service has an image')]
  const listed = judge('repositories', all, () => passes('repositories', ''))
  if (!('value' in all))
    return [
      listed,
      ...each.flatMap(seen => checkRepository(seen, all.behind ? all : blocked(listed), where, now)),
    ]
  return each.flatMap(seen => checkRepository(seen, { value: all.value.get(seen.name) }, where, now))
}

function checkRepository(
  seen: RepositorySeen,
  mutability: Look<Mutability | undefined>,
  where: string,
  now: number,
): DoctorCheck[] {
  const { name } = seen
  const [title, lifecycle, tags] = [`repository ${name}`, `lifecycle of ${name}`, `tags in ${name}`] as const
  if ('value' in mutability && mutability.value === undefined) {
    const remedy = `Create it (make bootstrap), or correct repository in service.json, or the account and region in cdktf/environments.json.`
    return [fails(title, `does not exist in ${where}`, remedy)]
  }
  return [
    judge(title, mutability, found => checkMutability(title, found as Mutability, seen)),
    judge(lifecycle, seen.lifecycle, found => checkEcrLifecycle(lifecycle, found, now)),
    judge(tags, seen.images, images => checkTagCount(tags, images)),
  ]
}

/** Marks everything that could not be seen because another check failed. */
export function repositoriesBehind(blocker: DoctorCheck, { all, each }: RepositoriesSeen): RepositoriesSeen {
  return {
    all: behind(blocker, all),
    each: each.map(seen => ({
      ...seen,
      lifecycle: behind(blocker, seen.lifecycle),
      images: behind(blocker, seen.images),
    })),
  }
}

function checkMutability(
  title: string,
  { setting, exclusions }: Mutability,
  seen: RepositorySeen,
): DoctorCheck {
  // One that was there before may have a tag that others move.
  const isShared = !seen.services.some(one => usualRepository(one) === seen.name)
  const immutable = isShared
    ? 'IMMUTABLE_WITH_EXCLUSION --image-tag-mutability-exclusion-filters filterType=WILDCARD,filter=latest'
    : 'IMMUTABLE'
  const remedy = `aws ecr put-image-tag-mutability --repository-name ${seen.name} --image-tag-mutability ${immutable}`
  if (setting === 'IMMUTABLE') return passes(title, 'is IMMUTABLE')
  if (setting !== 'IMMUTABLE_WITH_EXCLUSION')
    return fails(title, `is ${setting}: a release's tag can be moved to another image`, remedy)
  for (const filter of exclusions) {
    const tag = [commitTags, ...seen.services.map(releaseTags)]
      .map(automaton => findTag(automaton, [filter], []))
      .find(found => found !== undefined)
    if (tag !== undefined)
      return fails(title, `is IMMUTABLE except for ${filter}, which matches a tag such as ${tag}`, remedy)
  }
  return passes(
    title,
    `is IMMUTABLE except for ${exclusions.join(', ')}, which matches no release and no build`,
  )
}

/** Number of tags at which an image counts as near the limit. */
export const manyTags = 900

function checkTagCount(title: string, images: readonly LifecycleImage[]): DoctorCheck {
  const many = images.filter(({ tags }) => tags.length >= manyTags)
  if (many.length === 0) return passes(title, `no image is near the limit of ${tagsPerImage} tags`)
  const listed = many.map(({ digest, tags }) => `${digest} has ${tags.length}`).join(', ')
  return warns(
    title,
    `near the limit of ${tagsPerImage} tags per image: ${listed}`,
    'Delete tags of the image that belong to no release (aws ecr batch-delete-image with imageTag), or change the service so that its next release is another image.',
  )
}
