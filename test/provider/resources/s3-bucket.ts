import type { _Object, BucketLocationConstraint, ObjectIdentifier } from '@aws-sdk/client-s3'
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketTaggingCommand,
  DeleteObjectsCommand,
  GetBucketTaggingCommand,
  HeadBucketCommand,
  ListObjectVersionsCommand,
  PutBucketTaggingCommand,
} from '@aws-sdk/client-s3'
import type { Aws } from '../aws/configuration.ts'
import type { State } from '../wire/value.ts'
import { found } from './found.ts'
import { knownBy } from './known-by.ts'
import type { ResourceType } from './resource-type.ts'
import { textMap } from './shape.ts'
import { tagList, tagMap } from './tags.ts'

/** `aws_s3_bucket`: the bucket and its tags. Its other settings are separate resources. */
export const s3Bucket: ResourceType = {
  label: 'S3 Bucket',
  ...knownBy('bucket'),
  replaceOn: ['bucket', 'bucket_prefix', 'object_lock_enabled', 'region'],
  create: async (aws, planned, made) => {
    const Bucket = String(planned.bucket)
    const constraint = aws.region as BucketLocationConstraint
    await aws.s3.send(
      new CreateBucketCommand({
        Bucket,
        ...(aws.region === 'us-east-1'
          ? {}
          : { CreateBucketConfiguration: { LocationConstraint: constraint } }),
        ...(planned.object_lock_enabled === true ? { ObjectLockEnabledForBucket: true } : {}),
      }),
    )
    made(computed(aws, Bucket))
    await putTags(aws, Bucket, textMap(planned.tags_all) ?? {})
    return { ...computed(aws, Bucket), bucket_prefix: '', object_lock_enabled: false }
  },
  read: async (aws, { bucket }) => {
    const Bucket = String(bucket)
    if ((await found(aws.s3.send(new HeadBucketCommand({ Bucket })))) === null) return null
    const tagging = await found(aws.s3.send(new GetBucketTaggingCommand({ Bucket })))
    return { ...computed(aws, Bucket), tags_all: tagMap(tagging?.TagSet) }
  },
  update: async (aws, { planned, changed }) => {
    const tags = textMap(planned.tags_all) ?? {}
    if (changed.has('tags_all')) await putTags(aws, String(planned.bucket), tags)
    return {}
  },
  remove: async (aws, prior) => {
    const Bucket = String(prior.bucket)
    if (prior.force_destroy === true) await empty(aws, Bucket)
    await aws.s3.send(new DeleteBucketCommand({ Bucket }))
  },
}

async function putTags({ s3 }: Aws, Bucket: string, tags: Record<string, string>): Promise<void> {
  if (Object.keys(tags).length === 0) await s3.send(new DeleteBucketTaggingCommand({ Bucket }))
  else await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: tagList(tags) } }))
}

async function empty({ s3 }: Aws, Bucket: string): Promise<void> {
  for (;;) {
    const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }))
    const Objects = [...Versions, ...DeleteMarkers].map(
      ({ Key = '', VersionId }: _Object & { VersionId?: string | undefined }): ObjectIdentifier => ({
        Key,
        VersionId,
      }),
    )
    if (Objects.length === 0) return
    await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }))
  }
}

function computed({ partition, region }: Aws, bucket: string): State {
  const arn = `arn:${partition}:s3:::${bucket}`
  return {
    id: bucket,
    bucket,
    arn,
    bucket_domain_name: `${bucket}.s3.amazonaws.com`,
    bucket_regional_domain_name: `${bucket}.s3.${region}.amazonaws.com`,
    bucket_region: region,
  }
}
