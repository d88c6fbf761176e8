import { attempt } from '../../base/attempt.ts'
import { count } from '../../base/printable.ts'
import { behind, type DoctorCheck, fails, judge, type Look, passes, warns } from '../check.ts'
import { unjudged } from '../unjudged.ts'
import type { S3RuleAction } from './lifecycle.ts'
import { releasedObjectsAtRisk } from './lifecycle-risk.ts'
import { parseS3Lifecycle, type S3LifecycleRule } from './lifecycle-rules.ts'

/** What was seen of the artifact bucket; what is not configured is undefined. */
export type BucketSeen = {
  readonly bucket: string
  readonly exists: Look<unknown>
  readonly versioning: Look<string | undefined>
  readonly encryption: Look<string | undefined>
  readonly publicAccess: Look<PublicAccessBlocks>
  readonly lifecycle: Look<readonly S3LifecycleRule[]>
}

/** The four settings that block public access, by name. */
export type PublicAccessBlocks = Readonly<Record<(typeof blocks)[number], boolean>>

/** The names of the four settings (Amazon S3 user guide, "Block public access settings"). */
export const blocks = [
  'BlockPublicAcls',
  'IgnorePublicAcls',
  'BlockPublicPolicy',
  'RestrictPublicBuckets',
] as const

/** Checks the bucket; a part that could not be seen because another check failed says so. */
export function checkBucket(all: BucketSeen, where: string, identity: DoctorCheck): DoctorCheck[] {
  const exists = judge('bucket', behind(identity, all.exists), () =>
    passes('bucket', `${all.bucket} is in ${where}`),
  )
  const blocker = identity.state === 'failed' ? identity : exists
  const seen = {
    ...all,
    versioning: behind(blocker, all.versioning),
    encryption: behind(blocker, all.encryption),
    publicAccess: behind(blocker, all.publicAccess),
    lifecycle: behind(blocker, all.lifecycle),
  }
  return [exists, ...checkSettings(seen)]
}

function checkSettings(seen: BucketSeen): DoctorCheck[] {
  const command = (name: string, rest: string) => `aws s3api ${name} --bucket ${seen.bucket} ${rest}`
  return [
    judge('versioning', seen.versioning, status =>
      status === 'Enabled'
        ? passes('versioning', 'is Enabled')
        : fails(
            'versioning',
            `is ${status ?? 'not enabled'}: objects that are overwritten or deleted by mistake are lost`,
            command('put-bucket-versioning', '--versioning-configuration Status=Enabled'),
          ),
    ),
    judge('encryption', seen.encryption, algorithm =>
      algorithm !== undefined
        ? passes('encryption', `${algorithm} by default`)
        : fails(
            'encryption',
            'there is no default encryption',
            command('put-bucket-encryption', `--server-side-encryption-configuration '${encryption}'`),
          ),
    ),
    judge('public access', seen.publicAccess, set => {
      const off = blocks.filter(name => !set[name])
      if (off.length === 0) return passes('public access', 'all four settings are on')
      const all = blocks.map(name => `${name}=true`).join(',')
      const remedy = command('put-public-access-block', `--public-access-block-configuration ${all}`)
      return fails('public access', `the bucket could be made public: ${off.join(', ')} off`, remedy)
    }),
    judge('bucket lifecycle', seen.lifecycle, checkLifecycle),
  ]
}

const encryption =
  '{"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"AES256"},"BlockedEncryptionTypes":{"EncryptionType":["SSE-C"]}}]}'

/** Parses the bucket's lifecycle rules, as the SDK returns them; unknown rules cannot be judged. */
export function judgeS3Lifecycle(rules: unknown): S3LifecycleRule[] {
  const seen = attempt(() =>
    parseS3Lifecycle(rules, { name: "the bucket's lifecycle configuration", remedy: '' }),
  )
  if ('value' in seen) return seen.value
  throw unjudged(seen.error, 'Use only what the Amazon S3 API reference documents, LifecycleRule.')
}

function checkLifecycle(rules: readonly S3LifecycleRule[]): DoctorCheck {
  const title = 'bucket lifecycle'
  const { current, noncurrent, foreignTag } = releasedObjectsAtRisk(rules)
  if (current.length > 0)
    return fails(
      title,
      `deletes or archives releases: ${list(current)}`,
      'Give each of these rules the prefix builds/, or disable it: nothing below releases/ may expire or be archived.',
    )
  if (noncurrent.length > 0)
    return warns(
      title,
      `deletes or archives earlier versions below releases/, which a repair needs: ${list(noncurrent)}`,
      'Give each of these rules the prefix builds/.',
    )
  if (foreignTag.length > 0)
    return warns(
      title,
      `deletes or archives a release that somebody tags: ${list(foreignTag)}`,
      'Give each of these rules the prefix builds/ as well.',
    )
  return passes(
    title,
    rules.length === 0 ? 'no rule' : `${count(rules.length, 'rule')}, none of which can delete a release`,
  )
}

function list(all: readonly S3RuleAction[]): string {
  return all
    .map(({ rule, action: { does, to, version, when } }) => {
      const prefix = rule.prefix === '' ? 'every key' : rule.prefix
      const target = to === undefined ? '' : ` to ${to}`
      const time =
        'days' in when
          ? `after ${count(when.days, 'day')}`
          : `on ${new Date(when.date).toISOString().slice(0, 10)}`
      return `rule ${rule.id} (${prefix}) ${does}s ${version} versions${target} ${time}`
    })
    .join('; ')
}
