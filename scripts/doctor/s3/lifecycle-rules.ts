import { z } from 'zod'
import { badJson, type JsonSource, printIssue } from '../../base/parse-json.ts'

// Amazon S3 API reference, LifecycleRule, in the SDK's form. A rule with anything else is refused, not judged.
const tag = z.strictObject({ Key: z.string(), Value: z.string() })
const conditions = {
  Prefix: z.string().optional(),
  ObjectSizeGreaterThan: z.number().optional(),
  ObjectSizeLessThan: z.number().optional(),
}
const moment = { Days: z.int().nonnegative().optional(), Date: z.date().optional() }
const storageClass = {
  StorageClass: z.enum([
    'STANDARD_IA',
    'ONEZONE_IA',
    'INTELLIGENT_TIERING',
    'GLACIER_IR',
    'GLACIER',
    'DEEP_ARCHIVE',
  ]),
}
const noncurrent = {
  NoncurrentDays: z.int().nonnegative().optional(),
  NewerNoncurrentVersions: z.int().positive().optional(),
}
const hasOneMoment = (given: { Days?: unknown; Date?: unknown }) =>
  (given.Days === undefined) !== (given.Date === undefined)
const shape = z.strictObject({
  ID: z.string().optional(),
  Status: z.enum(['Enabled', 'Disabled']),
  Prefix: z.string().optional(),
  Filter: z
    .strictObject({
      ...conditions,
      Tag: tag.optional(),
      And: z.strictObject({ ...conditions, Tags: z.array(tag).optional() }).optional(),
    })
    .optional(),
  Expiration: z
    .union([
      z.strictObject({ ExpiredObjectDeleteMarker: z.boolean() }),
      z.strictObject(moment).refine(hasOneMoment, 'must have Days or Date'),
    ])
    .optional(),
  Transitions: z
    .array(z.strictObject({ ...moment, ...storageClass }).refine(hasOneMoment, 'must have Days or Date'))
    .default([]),
  NoncurrentVersionExpiration: z.strictObject(noncurrent).optional(),
  NoncurrentVersionTransitions: z.array(z.strictObject({ ...noncurrent, ...storageClass })).default([]),
  AbortIncompleteMultipartUpload: z.unknown().optional(),
})
type Shape = z.output<typeof shape>
type StorageClass = Shape['Transitions'][number]['StorageClass']

/** When a rule acts: a number of days after an object was created or became noncurrent, or a date in ms since 1970. */
export type When = { readonly days: number } | { readonly date: number }

/** What a rule does to current or noncurrent versions; an archived object must be restored before it can be read. */
export type S3Action = {
  readonly does: 'expire' | 'archive' | 'move'
  readonly to?: StorageClass
  readonly version: 'current' | 'noncurrent'
  readonly when: When
  /** How many of the newest noncurrent versions it spares. */
  readonly spares: number
}

/** A lifecycle rule of a bucket, without what deletes no object: lone delete markers and incomplete uploads. */
export type S3LifecycleRule = {
  readonly id: string
  readonly enabled: boolean
  readonly prefix: string
  readonly tags: readonly { readonly key: string; readonly value: string }[]
  /** In bytes; both bounds are exclusive. */
  readonly largerThan: number
  readonly smallerThan: number
  readonly actions: readonly S3Action[]
}

/** Parses a bucket's rules, as the SDK returns them; anything unknown in them is a `UserError`. */
export function parseS3Lifecycle(rules: unknown, source: JsonSource): S3LifecycleRule[] {
  const result = z.array(shape).safeParse(rules)
  if (result.success) return result.data.map(toRule)
  throw badJson(source, result.error.issues.map(printIssue))
}

function toRule(given: Shape, index: number): S3LifecycleRule {
  const { Filter: filter = {} } = given
  const all = [filter, filter.And ?? {}]
  const tags = [...(filter.Tag === undefined ? [] : [filter.Tag]), ...(filter.And?.Tags ?? [])]
  return {
    id: given.ID ?? `number ${index + 1}`,
    enabled: given.Status === 'Enabled',
    prefix: filter.And?.Prefix ?? filter.Prefix ?? given.Prefix ?? '',
    tags: tags.map(({ Key, Value }) => ({ key: Key, value: Value })),
    largerThan: Math.max(-1, ...all.map(({ ObjectSizeGreaterThan: size = -1 }) => size)),
    smallerThan: Math.min(...all.map(({ ObjectSizeLessThan: size = Number.POSITIVE_INFINITY }) => size)),
    actions: [...currentActions(given), ...noncurrentActions(given)],
  }
}

function currentActions({ Expiration: expiration = {}, Transitions: transitions }: Shape): S3Action[] {
  const common = { version: 'current', spares: 0 } as const
  const expire = 'ExpiredObjectDeleteMarker' in expiration ? undefined : whenOf(expiration)
  return [
    ...(expire === undefined ? [] : [{ does: 'expire', when: expire, ...common } as const]),
    ...transitions.flatMap(({ StorageClass, ...given }) => {
      const when = whenOf(given)
      return when === undefined ? [] : [{ ...moving(StorageClass), when, ...common }]
    }),
  ]
}

function noncurrentActions(given: Shape): S3Action[] {
  const common = ({ NoncurrentDays = 0, NewerNoncurrentVersions = 0 }: NoncurrentGiven) =>
    ({ version: 'noncurrent', when: { days: NoncurrentDays }, spares: NewerNoncurrentVersions }) as const
  const expiration = given.NoncurrentVersionExpiration
  return [
    ...(expiration === undefined ? [] : [{ does: 'expire', ...common(expiration) } as const]),
    ...given.NoncurrentVersionTransitions.map(one => ({ ...moving(one.StorageClass), ...common(one) })),
  ]
}

type NoncurrentGiven = NonNullable<Shape['NoncurrentVersionExpiration']>

function whenOf(given: { Days?: number | undefined; Date?: Date | undefined }): When | undefined {
  if (given.Date !== undefined) return { date: given.Date.getTime() }
  return given.Days === undefined ? undefined : { days: given.Days }
}

// Amazon S3 user guide, "Working with archived objects": only these two classes need a restore before a read.
function moving(to: StorageClass): Pick<S3Action, 'does' | 'to'> {
  return { does: to === 'GLACIER' || to === 'DEEP_ARCHIVE' ? 'archive' : 'move', to }
}
