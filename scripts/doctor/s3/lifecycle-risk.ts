import type { S3RuleAction } from './lifecycle.ts'
import type { S3LifecycleRule } from './lifecycle-rules.ts'

const folder = 'releases/'
// The object tags that promote and yank set there (aws/io/s3.ts, release/io/records.ts).
const ownTags = ['service', 'source-commit', 'commit', 'release']

/** What a bucket's rules could do, at any time, to the objects of releases. */
export type S3Risks = {
  /** Delete or archive a zip or a record: it is no longer readable. */
  readonly current: readonly S3RuleAction[]
  /** Delete or archive earlier versions of a zip or a record: a repair would need them. */
  readonly noncurrent: readonly S3RuleAction[]
  /** Do either, but only to objects with a tag that Waybill does not set. */
  readonly foreignTag: readonly S3RuleAction[]
}

/** Finds what the enabled rules of a bucket could do to some object below `releases/`. */
export function releasedObjectsAtRisk(rules: readonly S3LifecycleRule[]): S3Risks {
  const all = rules
    .filter(rule => rule.enabled && couldSelect(rule))
    .flatMap(rule => rule.actions.map(action => ({ rule, action })))
    .filter(({ action }) => action.does !== 'move')
  const own = all.filter(({ rule }) => rule.tags.every(({ key }) => ownTags.includes(key)))
  return {
    current: own.filter(({ action }) => action.version === 'current'),
    noncurrent: own.filter(({ action }) => action.version === 'noncurrent'),
    foreignTag: all.filter(one => !own.includes(one)),
  }
}

function couldSelect({ prefix, largerThan, smallerThan, tags }: S3LifecycleRule): boolean {
  const keys = new Map(tags.map(({ key, value }) => [key, value]))
  // An object has each tag key once.
  if (tags.some(({ key, value }) => keys.get(key) !== value)) return false
  return smallerThan - largerThan > 1 && (folder.startsWith(prefix) || isInFolder(prefix))
}

/** Tells whether the key of some release's zip, record or yank marker could start with this prefix. */
function isInFolder(prefix: string): boolean {
  return (
    prefix.startsWith(folder) && /^(?:yanked\/)?(?:[a-z][0-9A-Za-z.-]*)?$/.test(prefix.slice(folder.length))
  )
}
