import { z } from 'zod'
import { refuseWhen } from '../protocol/validation.ts'
import { element, flag, many, whole } from './xml-input.ts'

/* Amazon S3 API reference, PutBucketLifecycleConfiguration; Amazon S3 User Guide, Lifecycle configuration elements. */

const tag = element({ Key: z.string().min(1).max(128), Value: z.string().max(256) })
const sizes = { ObjectSizeGreaterThan: whole.exactOptional(), ObjectSizeLessThan: whole.exactOptional() }
const filter = element({
  Prefix: z.string().exactOptional(),
  Tag: tag.exactOptional(),
  ...sizes,
  And: element({ Prefix: z.string().exactOptional(), Tag: many(tag), ...sizes }).exactOptional(),
})
const storageClass = z.enum([
  'GLACIER',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'DEEP_ARCHIVE',
  'GLACIER_IR',
])
const when = { Days: whole.exactOptional(), Date: z.string().exactOptional() }
const noncurrent = { NoncurrentDays: whole, NewerNoncurrentVersions: whole.exactOptional() }
const rule = element({
  ID: z.string().exactOptional(),
  Status: z.enum(['Enabled', 'Disabled']),
  Prefix: z.string().exactOptional(),
  Filter: filter.exactOptional(),
  Expiration: element({ ...when, ExpiredObjectDeleteMarker: flag.exactOptional() }).exactOptional(),
  Transition: many(element({ ...when, StorageClass: storageClass })),
  NoncurrentVersionExpiration: element(noncurrent).exactOptional(),
  NoncurrentVersionTransition: many(element({ ...noncurrent, StorageClass: storageClass })),
  AbortIncompleteMultipartUpload: element({ DaysAfterInitiation: whole }).exactOptional(),
})

type Rule = z.output<typeof rule>
type Context = z.RefinementCtx

/** PutBucketLifecycleConfiguration. */
export const lifecycleSchema = element({ Rule: many(rule, { least: 1 }) }).superRefine(
  ({ Rule: rules }, context) => {
    for (const one of rules) {
      checkShape(one, context)
      checkExpiration(one, context)
      checkTransitions(one, context)
      checkNoncurrent(one, context)
      checkTags(one, context)
    }
    const ids = rules.flatMap(({ ID }) => ID ?? [])
    const isTwice = new Set(ids).size < ids.length
    invalid(context, isTwice, 'Rule ID must be unique. Found same ID for more than one rule')
  },
)

function checkShape(one: Rule, context: Context): void {
  const { ID = '', Filter, Prefix } = one
  invalid(context, ID.length > 255, 'ID length should not exceed allowed limit of 255')
  const isOne = (Filter === undefined) !== (Prefix === undefined)
  malformed(context, !isOne || Object.keys(Filter ?? {}).length > 1)
  const { Expiration, NoncurrentVersionExpiration, AbortIncompleteMultipartUpload } = one
  const acts = Expiration ?? NoncurrentVersionExpiration ?? AbortIncompleteMultipartUpload
  const isIdle = acts === undefined && one.Transition.length + one.NoncurrentVersionTransition.length === 0
  refuseWhen(context, isIdle, 'At least one action needs to be specified in a rule.', 'InvalidRequest')
}

function checkExpiration({ Expiration }: Rule, context: Context): void {
  if (!Expiration) return
  malformed(context, Object.keys(Expiration).length !== 1)
  checkWhen(Expiration, 1, "'Days' for Expiration action must be a positive integer", context)
}

function checkTransitions(one: Rule, context: Context): void {
  for (const transition of one.Transition) {
    const { Days, Date: date, StorageClass } = transition
    malformed(context, (Days === undefined) === (date === undefined))
    const least = /_IA$/.test(StorageClass) ? 30 : 0
    const message = `'Days' in Transition action must be greater than or equal to ${least} for storageClass '${StorageClass}'`
    checkWhen(transition, least, message, context)
    const last = one.Expiration?.Days
    const isLate = Days !== undefined && last !== undefined && last <= Days
    const late =
      "'Days' in the Expiration action for the rule must be greater than 'Days' in the Transition action"
    invalid(context, isLate, late)
  }
}

function checkNoncurrent(one: Rule, context: Context): void {
  const { NoncurrentVersionExpiration: expiration, AbortIncompleteMultipartUpload: abort } = one
  const days = "'NoncurrentDays' for NoncurrentVersionExpiration action must be a positive integer"
  invalid(context, expiration !== undefined && expiration.NoncurrentDays < 1, days)
  const kept = expiration?.NewerNoncurrentVersions ?? 1
  const versions = "'NewerNoncurrentVersions' must be an integer from 1 to 100"
  invalid(context, kept < 1 || kept > 100, versions)
  const upload = "'DaysAfterInitiation' for AbortIncompleteMultipartUpload action must be a positive integer"
  invalid(context, abort !== undefined && abort.DaysAfterInitiation < 1, upload)
}

function checkTags({ Filter, Expiration, AbortIncompleteMultipartUpload }: Rule, context: Context): void {
  const isTagged = Filter?.Tag !== undefined || (Filter?.And?.Tag ?? []).length > 0
  const without = (name: string, isGiven: boolean) =>
    refuseWhen(context, isTagged && isGiven, `${name} cannot be specified with Tags.`, 'InvalidRequest')
  without('AbortIncompleteMultipartUpload', AbortIncompleteMultipartUpload !== undefined)
  without('ExpiredObjectDeleteMarker', Expiration?.ExpiredObjectDeleteMarker === true)
}

function checkWhen(
  { Days, Date: date }: { Days?: number; Date?: string },
  least: number,
  message: string,
  context: Context,
): void {
  invalid(context, Days !== undefined && Days < least, message)
  const isMidnight = date === undefined || /^\d{4}-\d{2}-\d{2}(?:T00:00:00(?:\.0+)?Z)?$/.test(date)
  invalid(context, !isMidnight, "'Date' must be at midnight GMT")
}

function invalid(context: Context, isWrong: boolean, message: string): void {
  refuseWhen(context, isWrong, message, 'InvalidArgument')
}

function malformed(context: Context, isWrong: boolean): void {
  refuseWhen(context, isWrong, 'The XML does not validate')
}
