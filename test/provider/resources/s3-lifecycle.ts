import type { LifecycleRule, LifecycleRuleFilter, TransitionStorageClass } from '@aws-sdk/client-s3'
import {
  DeleteBucketLifecycleCommand,
  GetBucketLifecycleConfigurationCommand,
  PutBucketLifecycleConfigurationCommand,
} from '@aws-sdk/client-s3'
import type { State, Value } from '../wire/value.ts'
import { s3Setting } from './s3-setting.ts'
import { blocks, number, oneBlock, present, text, textMap } from './shape.ts'
import { tagList } from './tags.ts'

/** `aws_s3_bucket_lifecycle_configuration`. */
export const s3BucketLifecycle = s3Setting({
  label: 'S3 Bucket Lifecycle Configuration',
  put: ({ s3 }, Bucket, planned) => {
    const Rules = blocks(planned.rule).map(ruleOf)
    return s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }))
  },
  get: async ({ s3 }, Bucket, state) => {
    const { Rules = [] } = await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))
    const known = new Map(blocks(state.rule).map(rule => [rule.id, rule]))
    // An unchanged rule keeps its state; of a changed one only the id and status are shown.
    const isSame =
      Rules.length === known.size && Rules.every(({ ID, Status }) => known.get(ID ?? '')?.status === Status)
    return isSame ? {} : { rule: Rules.flatMap(rule => shownRule(known, rule)) }
  },
  remove: ({ s3 }, Bucket) => s3.send(new DeleteBucketLifecycleCommand({ Bucket })),
})

function shownRule(known: ReadonlyMap<Value | undefined, State>, { ID, Status }: LifecycleRule): State[] {
  const rule = known.get(ID ?? '')
  return rule === undefined ? [] : [{ ...rule, status: Status ?? null }]
}

function ruleOf(rule: State): LifecycleRule {
  return present({
    ID: String(rule.id),
    Status: String(rule.status) as 'Enabled' | 'Disabled',
    Filter: oneBlock(rule.filter, filterOf) ?? { Prefix: text(rule.prefix) ?? '' },
    Expiration: oneBlock(rule.expiration, block =>
      present({
        Days: number(block.days),
        ExpiredObjectDeleteMarker: block.expired_object_delete_marker === true ? true : undefined,
      }),
    ),
    NoncurrentVersionExpiration: oneBlock(rule.noncurrent_version_expiration, block =>
      present({
        NoncurrentDays: number(block.noncurrent_days),
        NewerNoncurrentVersions: number(block.newer_noncurrent_versions),
      }),
    ),
    AbortIncompleteMultipartUpload: oneBlock(rule.abort_incomplete_multipart_upload, block =>
      present({ DaysAfterInitiation: number(block.days_after_initiation) }),
    ),
    Transitions: transitionsOf(rule.transition),
  }) as LifecycleRule
}

function transitionsOf(value: Value | undefined) {
  const all = blocks(value).map(({ days, storage_class }) =>
    present({ Days: number(days), StorageClass: text(storage_class) as TransitionStorageClass | undefined }),
  )
  return all.length > 0 ? all : undefined
}

function filterOf(filter: State): LifecycleRuleFilter {
  const and = oneBlock(filter.and, block =>
    present({ Prefix: text(block.prefix), Tags: tagList(textMap(block.tags)) }),
  )
  const tag = oneBlock(filter.tag, ({ key, value }) => ({ Key: String(key), Value: String(value) }))
  if (and) return { And: and }
  return tag ? { Tag: tag } : { Prefix: text(filter.prefix) ?? '' }
}
