import type { LifecycleImage } from '../../../../scripts/doctor/ecr/lifecycle.ts'
import type { EcrLifecycleRule } from '../../../../scripts/doctor/ecr/lifecycle-policy.ts'

/**
 * ECR's "Lifecycle policy evaluation rules", sentence by sentence and for one image at a time: the rule that acts
 * on it; undefined when none does.
 */
export function actingRule(
  rules: readonly EcrLifecycleRule[],
  images: readonly LifecycleImage[],
  image: LifecycleImage,
  now: number,
): EcrLifecycleRule | undefined {
  // "If an image is referenced by a manifest list, it cannot be expired or archived without the manifest list …"
  if ((image.namedBy ?? []).some(list => images.some(({ digest }) => digest === list))) return undefined
  return rules.find(
    rule =>
      isMarked(rule, images, image, now) &&
      // "An image that matches the tagging requirements of a rule cannot be expired or archived by a rule with a
      // lower priority."
      !rules.some(other => other.priority < rule.priority && meets(other, image)),
  )
}

/** Tells whether an image meets the tagging requirements of a rule and has its storage class. */
export function meets({ selects, storageClass }: EcrLifecycleRule, image: LifecycleImage): boolean {
  if (storageClass !== (image.archivedAt === undefined ? 'standard' : 'archive')) return false
  if (selects === 'untagged') return image.tags.length === 0
  if (selects === 'any') return true
  // "An image is successfully matched if all of the tags in the tagPatternList … are matched against any of the
  // image's tags."
  return !selects.some(pattern => !image.tags.some(tag => expression(pattern).test(tag)))
}

function expression(pattern: string): RegExp {
  return new RegExp(`^${pattern.split('*').map(RegExp.escape).join('.*')}$`)
}

function isMarked(
  rule: EcrLifecycleRule,
  images: readonly LifecycleImage[],
  image: LifecycleImage,
  now: number,
): boolean {
  if (!meets(rule, image)) return false
  const days = (moment: number) => (now - moment) / (24 * 60 * 60 * 1000)
  switch (rule.countType) {
    // "images are sorted from youngest to oldest based on pushed_at_time and then all images greater than the
    // specified count are expired", also those that a rule of higher priority has marked.
    case 'imageCountMoreThan':
      return (
        images.filter(other => meets(rule, other) && other.pushedAt > image.pushedAt).length >=
        rule.countNumber
      )
    case 'sinceImagePushed':
      return days(image.pushedAt) > rule.countNumber
    // "If an image was never pulled, the image's pushed_at_time is used instead of the last_recorded_pulltime."
    case 'sinceImagePulled':
      return days(image.pulledAt ?? image.pushedAt) > rule.countNumber
    case 'sinceImageTransitioned':
      return image.archivedAt !== undefined && days(image.archivedAt) > rule.countNumber
  }
}
