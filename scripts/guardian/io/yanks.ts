import type { AwsSettings } from '../../aws/io/calls.ts'
import { connectS3, type S3 } from '../../aws/io/s3.ts'
import type { Clock } from '../../base/clock.ts'
import { parseTag } from '../../names/release-tag.ts'
import { yankKey } from '../../names/yank-key.ts'
import type { GuardianPlace } from '../place.ts'
import type { GuardianTools } from './tools.ts'

/** Asks whether a release was yanked, by its marker's name alone: a guardian may read nothing in the store. */
export function connectYanks(
  settings: AwsSettings,
  artifacts: GuardianPlace['artifacts'],
  clock: Clock,
): GuardianTools['withdrawn'] {
  let connected: Promise<S3> | undefined
  return async name => {
    const tag = parseTag(name)
    if (artifacts === undefined || tag === undefined) return undefined
    const { bucket, ...place } = artifacts
    connected ??= connectS3({ ...settings, ...place, section: 'artifacts' }, bucket, clock)
    const key = yankKey(tag)
    const { key: found } = await (await connected).first(key)
    return found === key ? `${name} was yanked` : undefined
  }
}
