import { printContent } from '../../artifacts/types.ts'
import type { Refused } from '../../base/decision.ts'
import { isRefused } from '../../base/decision.ts'
import { readAt } from '../../git/io/files.ts'
import type { Git } from '../../git/io/git.ts'
import { commitFile } from '../../git/io/write.ts'
import type { CommitSha } from '../../names/commit.ts'
import { printTag, type ReleaseTag } from '../../names/release-tag.ts'
import { decidePin, type PinDecision, type WantedPin } from '../decide.ts'
import { makePin, parsePin, pinPath, printPin } from '../pin.ts'

/** The path of the file that holds a wanted pin. */
export function wantedPath({ environment, record }: WantedPin): string {
  return pinPath(environment, record.tag.service)
}

/** Decides from the pin at a head of the branch; a refusal is thrown. */
export async function decideAt(
  git: Git,
  head: CommitSha,
  wanted: WantedPin,
): Promise<Exclude<PinDecision, Refused>> {
  const path = wantedPath(wanted)
  const text = await readAt(git, head, path)
  const decision = decidePin(text === undefined ? undefined : parsePin(text, path), wanted)
  if (isRefused(decision)) throw decision.error
  return decision
}

/** Commits a pin on top of a head; `from` is the release that it takes the place of. */
export async function commitPin(
  git: Git,
  head: CommitSha,
  wanted: WantedPin,
  from: ReleaseTag | undefined,
): Promise<CommitSha> {
  const text = printPin(makePin(wanted.record))
  return await commitFile(git, {
    parent: head,
    path: wantedPath(wanted),
    text,
    message: commitMessage(wanted, from),
  })
}

function commitMessage({ environment, record }: WantedPin, from: ReleaseTag | undefined): string {
  const pin = makePin(record)
  const before = from === undefined ? 'nothing' : printTag(from)
  return `Pin ${pin.tag} in ${environment}\n\nBefore: ${before}\nCommit: ${pin.commit}\nArtifact: ${printContent(pin)}\n`
}
