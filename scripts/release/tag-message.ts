import { count } from '../base/printable.ts'
import { type CommitSha, short } from '../names/commit.ts'
import { printTag, type ReleaseTag } from '../names/release-tag.ts'

/** A commit for a tag's message. */
export type Touched = { readonly commit: CommitSha; readonly subject: string }

// Keeps the message readable for the first release of a service with a long history.
const mostListed = 100

/** The message of a release's tag: its name and the commits that touched the service's inputs. */
export function tagMessage(
  tag: ReleaseTag,
  since: ReleaseTag | undefined,
  touched: readonly Touched[],
): string {
  const origin = since === undefined ? 'so far' : `since ${printTag(since)}`
  const listed = touched.slice(0, mostListed).map(({ commit, subject }) => `- ${short(commit)} ${subject}`)
  const more = touched.length - listed.length
  const rest = more > 0 ? [`- and ${count(more, 'more commit')}`] : []
  const heading =
    touched.length === 0
      ? `No commit touched the inputs of ${tag.service} ${origin}.`
      : `Commits that touched the inputs of ${tag.service} ${origin}:\n`
  return `${[printTag(tag), '', heading, ...listed, ...rest].join('\n')}\n`
}
