import { z } from 'zod'
import { badJson, parseJson } from '../base/parse-json.ts'
import { plain } from '../base/printable.ts'
import { UserError } from '../base/user-error.ts'
import { printTime } from '../names/print-time.ts'
import { parseTag, printTag, type ReleaseTag } from '../names/release-tag.ts'
import { yankKey } from '../names/yank-key.ts'
import { releaseErrors } from './errors.ts'

const yankSchema = z.strictObject({
  schema: z.literal(1),
  tag: z.string().refine(text => parseTag(text) !== undefined, 'must be a tag such as service-a-v1.1.0'),
  reason: z.string().min(1),
  by: z.string(),
  at: z.iso.datetime(),
})

/** Marks a release as bad: why, by whom (as git knows them) and when. The release itself stays. */
export type Yank = z.output<typeof yankSchema>

/** The key that earlier versions of Waybill gave a yank marker, which is also that of the record of `<tag>.yanked`. */
export function oldYankKey(tag: ReleaseTag): string {
  return `releases/${printTag(tag)}.yanked.json`
}

/** The release whose record has the key of an old marker; only that of a pre-release, as in `2.0.0-rc.1.yanked`. */
export function releaseAtOldKey(tag: ReleaseTag): ReleaseTag | undefined {
  return parseTag(`${printTag(tag)}.yanked`)
}

/** The release that a key in the artifact bucket is the marker of; of an old key, the one it may be the marker of. */
export function yankedAt(key: string): ReleaseTag | undefined {
  const [, now, before] = /^releases\/(?:yanked\/([^/]+)|([^/]+)\.yanked)\.json$/.exec(key) ?? []
  return parseTag(now ?? before ?? '')
}

/** The yank marker of a release. */
export function makeYank(tag: ReleaseTag, details: Pick<Yank, 'reason' | 'by' | 'at'>): Yank {
  return { schema: 1, tag: printTag(tag), ...details }
}

/** The marker as it is stored. */
export function printYank(yank: Yank): string {
  return `${JSON.stringify(yank, null, 2)}\n`
}

/** Parses the marker of a tag; throws when it is invalid, since it may say that the release is bad. */
export function parseYank(text: string, tag: ReleaseTag, key = yankKey(tag)): Yank {
  const source = {
    name: `the yank marker ${key}`,
    remedy: 'Restore its first version in the bucket, or treat the release as yanked and use another.',
  }
  const yank = parseJson(text, yankSchema, source)
  if (yank.tag === printTag(tag)) return yank
  throw badJson(source, [`tag: is ${yank.tag}, not ${printTag(tag)}`])
}

/** One line that says why a release is bad. */
export function printYankReason({ reason, by, at }: Yank): string {
  return `${plain(reason, 400)} (${plain(by)}, ${printTime(at)})`
}

/** The error for using a yanked release; the remedy is a new release unless there is a better one. */
export function refuseYanked(tag: ReleaseTag, yank: Yank, remedy?: string): UserError {
  return new UserError(releaseErrors['release-yanked'], `${printTag(tag)} was yanked`, {
    cause: printYankReason(yank),
    remedy: remedy ?? `Use another release: make release SERVICE=${tag.service} VERSION=patch`,
  })
}
