import { tagsPerImage } from '../../aws/quotas.ts'
import type { ServiceName } from '../../names/service-name.ts'
import { behind, blocked, type DoctorCheck, failed, judge, type Look, ok, warning } from '../check.ts'
import type { LifecycleImage } from './lifecycle.ts'
import { checkEcrLifecycle, type LifecycleSeen } from './lifecycle-check.ts'
import { commitTags, releaseTags } from './tag-languages.ts'
import { findTag } from './tag-patterns.ts'

/** How tags of a repository can be moved. */
export type Mutability = { readonly setting: string; readonly exclusions: readonly string[] }

/** What was seen of the artifact account's repositories, and of those that services keep their images in. */
export type RepositoriesSeen = {
  readonly all: Look<ReadonlyMap<string, Mutability>>
  readonly each: readonly RepositorySeen[]
}

/** What was seen of one repository. */
export type RepositorySeen = {
  readonly name: string
  readonly services: readonly ServiceName[]
  readonly lifecycle: Look<LifecycleSeen>
  /** The images, when one can be near the limit of tags; none when there are too few tags for that. */
  readonly images: Look<readonly LifecycleImage[]>
}

/** Checks each repository: that it is there, that its tags stay, and that its images do. */
export function checkRepositories(
  { all, each }: RepositoriesSeen,
  where: string,
  now: number,
): DoctorCheck[] {
  if (each.length === 0) return [ok('repositories', 'no service has an image')]
  const listed = judge('repositories', all, () => ok('repositories', ''))
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
    const remedy = `aws ecr create-repository --repository-name ${name} --image-tag-mutability IMMUTABLE, or correct repository in service.json, or the account and region in cdktf/environments.json.`
    return [failed(title, `does not exist in ${where}`, remedy)]
  }
  return [
    judge(title, mutability, found => checkMutability(title, found as Mutability, seen)),
    judge(lifecycle, seen.lifecycle, found => checkEcrLifecycle(lifecycle, found, now)),
    judge(tags, seen.images, images => checkTagCount(tags, images)),
  ]
}

/** Marks what could not be seen because another check failed. */
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
  const remedy = `aws ecr put-image-tag-mutability --repository-name ${seen.name} --image-tag-mutability IMMUTABLE`
  if (setting === 'IMMUTABLE') return ok(title, 'is IMMUTABLE')
  if (setting !== 'IMMUTABLE_WITH_EXCLUSION')
    return failed(title, `is ${setting}: a release's name could be moved to another image`, remedy)
  for (const filter of exclusions) {
    const tag = [commitTags, ...seen.services.map(releaseTags)]
      .map(language => findTag(language, [filter], []))
      .find(found => found !== undefined)
    if (tag !== undefined)
      return failed(title, `is IMMUTABLE except for ${filter}, and so not for a tag such as ${tag}`, remedy)
  }
  return ok(
    title,
    `is IMMUTABLE except for ${exclusions.join(', ')}, which no release and no build is called`,
  )
}

/** Number of tags at which an image counts as near the limit. */
export const manyTags = 900

function checkTagCount(title: string, images: readonly LifecycleImage[]): DoctorCheck {
  const many = images.filter(({ tags }) => tags.length >= manyTags)
  if (many.length === 0) return ok(title, `no image is near the limit of ${tagsPerImage} tags`)
  const listed = many.map(({ digest, tags }) => `${digest} has ${tags.length}`).join(', ')
  return warning(
    title,
    `near the limit of ${tagsPerImage} tags for an image: ${listed}`,
    'Remove tags that are no release from it (aws ecr batch-delete-image with imageTag), or change the service, so that its next release is another image.',
  )
}
