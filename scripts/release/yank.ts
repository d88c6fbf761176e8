import { z } from 'zod'
import { parseJson } from '../base/parse-json.ts'
import { UserError } from '../base/user-error.ts'
import { parseTag, printTag, type ReleaseTag } from '../names/release-tag.ts'
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

/** The key of a release's yank marker in the artifact bucket. */
export function yankKey(tag: ReleaseTag): string {
  return `releases/${printTag(tag)}.yanked.json`
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
export function parseYank(text: string, tag: ReleaseTag): Yank {
  return parseJson(text, yankSchema, {
    name: `the yank marker ${yankKey(tag)}`,
    remedy: 'Restore its first version in the bucket, or treat the release as yanked and use another.',
  })
}

/** One line that says why a release is bad. */
export function printYankReason({ reason, by, at }: Yank): string {
  return `${reason} (${by}, ${at})`
}

/** The error for using a yanked release. */
export function refuseYanked(tag: ReleaseTag, yank: Yank): UserError {
  return new UserError(releaseErrors['release-yanked'], `${printTag(tag)} was yanked`, {
    cause: printYankReason(yank),
    remedy: `Use another release: make release SERVICE=${tag.service} VERSION=patch`,
  })
}
