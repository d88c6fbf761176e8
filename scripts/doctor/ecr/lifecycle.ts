import type { EcrLifecycleRule } from './lifecycle-policy.ts'
import { matchesPattern } from './tag-patterns.ts'

/** What a lifecycle policy knows about an image; times in ms since 1970. */
export type LifecycleImage = {
  readonly digest: string
  readonly tags: readonly string[]
  /** When it was pushed, or last restored from the archive. */
  readonly pushedAt: number
  readonly pulledAt?: number | undefined
  /** Set while it is archived. */
  readonly archivedAt?: number | undefined
  /** The manifest lists that contain it. */
  readonly namedBy?: readonly string[]
}

/**
 * What a policy does to images now (Amazon ECR user guide, "Lifecycle policy evaluation rules"): an image belongs to
 * the first rule that selects it, and only that rule may act on it.
 */
export function evaluateLifecycle(
  rules: readonly EcrLifecycleRule[],
  images: readonly LifecycleImage[],
  now: number,
): Map<LifecycleImage, EcrLifecycleRule> {
  const acting = new Map<LifecycleImage, EcrLifecycleRule>()
  const there = new Set(images.map(({ digest }) => digest))
  const counted = new Map(rules.map(one => [one, countedImages(one, images, now)]))
  for (const image of images) {
    const first = rules.find(one => selectsImage(one, image))
    const isNamed = image.namedBy?.some(list => there.has(list)) ?? false
    if (first !== undefined && !isNamed && counted.get(first)?.has(image)) acting.set(image, first)
  }
  return acting
}

function selectsImage({ selects, storageClass }: EcrLifecycleRule, image: LifecycleImage): boolean {
  if ((image.archivedAt === undefined) !== (storageClass === 'standard')) return false
  if (selects === 'any') return true
  if (selects === 'untagged') return image.tags.length === 0
  return selects.every(pattern => image.tags.some(tag => matchesPattern(pattern, tag)))
}

const day = 86_400_000

function countedImages(
  one: EcrLifecycleRule,
  images: readonly LifecycleImage[],
  now: number,
): Set<LifecycleImage> {
  const selected = images.filter(image => selectsImage(one, image))
  if (one.countType === 'imageCountMoreThan')
    return new Set(selected.toSorted((a, b) => b.pushedAt - a.pushedAt).slice(one.countNumber))
  return new Set(selected.filter(image => now - since(one, image) > one.countNumber * day))
}

function since({ countType }: EcrLifecycleRule, image: LifecycleImage): number {
  if (countType === 'sinceImageTransitioned') return image.archivedAt ?? image.pushedAt
  return countType === 'sinceImagePulled' ? (image.pulledAt ?? image.pushedAt) : image.pushedAt
}
