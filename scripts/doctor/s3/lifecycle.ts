import type { S3Action, S3LifecycleRule } from './lifecycle-rules.ts'

/** What a lifecycle rule knows about a version of an object; times in ms since 1970. */
export type LifecycleObject = {
  readonly key: string
  readonly size: number
  readonly tags: Readonly<Record<string, string>>
  readonly madeAt: number
  /** Left out for the current version. */
  readonly noncurrent?: { readonly since: number; readonly newerVersions: number }
}

/** A rule and one of its actions. */
export type S3RuleAction = { readonly rule: S3LifecycleRule; readonly action: S3Action }

/**
 * Finds every action of a bucket's rules that is due for a version of an object. If several are due, S3 prefers a
 * permanent deletion to a transition, and that to a delete marker; the choice does not matter here.
 */
export function evaluateS3Lifecycle(
  rules: readonly S3LifecycleRule[],
  object: LifecycleObject,
  now: number,
): S3RuleAction[] {
  return rules
    .filter(rule => rule.enabled && selectsObject(rule, object))
    .flatMap(rule =>
      rule.actions.filter(action => isDue(action, object, now)).map(action => ({ rule, action })),
    )
}

function selectsObject(rule: S3LifecycleRule, { key, size, tags }: LifecycleObject): boolean {
  return (
    key.startsWith(rule.prefix) &&
    size > rule.largerThan &&
    size < rule.smallerThan &&
    rule.tags.every(one => Object.hasOwn(tags, one.key) && tags[one.key] === one.value)
  )
}

const day = 86_400_000

function isDue({ version, when, spares }: S3Action, object: LifecycleObject, now: number): boolean {
  if ((object.noncurrent === undefined) !== (version === 'current')) return false
  if ((object.noncurrent?.newerVersions ?? 0) < spares) return false
  if ('date' in when) return now >= when.date
  const begin = object.noncurrent?.since ?? object.madeAt
  // User guide, "Lifecycle rules: based on an object's age": rounded to the next day's midnight UTC.
  return now >= (Math.floor(begin / day) + when.days + 1) * day
}
