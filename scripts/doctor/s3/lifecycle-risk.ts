import type { S3RuleAction } from './lifecycle.ts'
import type { S3LifecycleRule } from './lifecycle-rules.ts'

const folder = 'releases/'
// What promote and yank give to the objects there (aws/io/s3.ts, release/io/records.ts).
const ownTags = ['service', 'source-commit', 'commit', 'release']

/** What a bucket's rules could do to what is stored of releases, at any time. */
export type S3Risks = {
  /** Take a zip or a record away, or archive it: it could not be read any more. */
  readonly current: readonly S3RuleAction[]
  /** Take away or archive what a zip or a record was before: nothing could be repaired from it. */
  readonly noncurrent: readonly S3RuleAction[]
  /** Do either only to objects with a tag that Waybill does not give. */
  readonly foreignTag: readonly S3RuleAction[]
}

/** Sorts out what the enabled rules of a bucket could do to some object below `releases/`. */
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
  // An object has each tag once.
  if (tags.some(({ key, value }) => keys.get(key) !== value)) return false
  return smallerThan - largerThan > 1 && (folder.startsWith(prefix) || isInFolder(prefix))
}

/** Tells whether some release's zip, record or yank marker could have a key with this prefix. */
function isInFolder(prefix: string): boolean {
  return prefix.startsWith(folder) && /^(?:[a-z][0-9A-Za-z.-]*)?$/.test(prefix.slice(folder.length))
}
