import { count } from '../../base/printable.ts'
import { UserError } from '../../base/user-error.ts'
import { behind, type DoctorCheck, failed, judge, type Look, ok, warning } from '../check.ts'
import { doctorErrors } from '../errors.ts'
import type { S3RuleAction } from './lifecycle.ts'
import { releasedObjectsAtRisk } from './lifecycle-risk.ts'
import { parseS3Lifecycle, type S3LifecycleRule } from './lifecycle-rules.ts'

/** What was seen of the artifact bucket; undefined is what is not configured. */
export type BucketSeen = {
  readonly bucket: string
  readonly exists: Look<unknown>
  readonly versioning: Look<string | undefined>
  readonly encryption: Look<string | undefined>
  readonly publicAccess: Look<PublicAccessBlocks>
  readonly lifecycle: Look<readonly S3LifecycleRule[]>
}

/** The four blocks of public access, by name. */
export type PublicAccessBlocks = Readonly<Record<(typeof blocks)[number], boolean>>

/** The names of the four blocks (Amazon S3 user guide, "Block public access settings"). */
export const blocks = [
  'BlockPublicAcls',
  'IgnorePublicAcls',
  'BlockPublicPolicy',
  'RestrictPublicBuckets',
] as const

/** Checks the bucket; what could not be seen of it because another check failed says so. */
export function checkBucket(all: BucketSeen, where: string, identity: DoctorCheck): DoctorCheck[] {
  const exists = judge('bucket', behind(identity, all.exists), () =>
    ok('bucket', `${all.bucket} is in ${where}`),
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
        ? ok('versioning', 'is Enabled')
        : failed(
            'versioning',
            `is ${status ?? 'not enabled'}: what is overwritten or deleted by mistake is lost`,
            command('put-bucket-versioning', '--versioning-configuration Status=Enabled'),
          ),
    ),
    judge('encryption', seen.encryption, algorithm =>
      algorithm !== undefined
        ? ok('encryption', `${algorithm} by default`)
        : failed(
            'encryption',
            'no default encryption is configured',
            command('put-bucket-encryption', `--server-side-encryption-configuration '${encryption}'`),
          ),
    ),
    judge('public access', seen.publicAccess, set => {
      const off = blocks.filter(name => !set[name])
      if (off.length === 0) return ok('public access', 'all four blocks are on')
      const all = blocks.map(name => `${name}=true`).join(',')
      const remedy = command('put-public-access-block', `--public-access-block-configuration ${all}`)
      return failed('public access', `the bucket could be made public: ${off.join(', ')} off`, remedy)
    }),
    judge('bucket lifecycle', seen.lifecycle, checkLifecycle),
  ]
}

const encryption = '{"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"AES256"}}]}'

/** Reads the bucket's lifecycle rules as the SDK gives them; what is not known cannot be judged. */
export function judgeS3Lifecycle(rules: unknown): S3LifecycleRule[] {
  try {
    return parseS3Lifecycle(rules, { name: "the bucket's lifecycle configuration", remedy: '' })
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    throw new UserError(doctorErrors['doctor-lifecycle'], 'cannot be judged, so it may take releases away', {
      cause: error.message,
      remedy: 'Write it with what the Amazon S3 API reference documents (LifecycleRule).',
    })
  }
}

function checkLifecycle(rules: readonly S3LifecycleRule[]): DoctorCheck {
  const title = 'bucket lifecycle'
  const { current, noncurrent, foreignTag } = releasedObjectsAtRisk(rules)
  if (current.length > 0)
    return failed(
      title,
      `takes releases away: ${list(current)}`,
      'Give each of these rules the prefix builds/, or switch it off: nothing below releases/ may expire or be archived.',
    )
  if (noncurrent.length > 0)
    return warning(
      title,
      `takes earlier versions below releases/ away, which a repair needs: ${list(noncurrent)}`,
      'Give each of these rules the prefix builds/.',
    )
  if (foreignTag.length > 0)
    return warning(
      title,
      `takes releases away that somebody gives a tag: ${list(foreignTag)}`,
      'Give each of these rules the prefix builds/ as well.',
    )
  return ok(
    title,
    rules.length === 0 ? 'no rule' : `${count(rules.length, 'rule')}, none takes a release away`,
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
