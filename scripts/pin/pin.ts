import { z } from 'zod'
import { badJson, type JsonSource, parseJson } from '../base/parse-json.ts'
import { plain } from '../base/printable.ts'
import type { ArtifactTypeName } from '../kinds/kind.ts'
import { type CommitSha, isCommitSha } from '../names/commit.ts'
import { type Digest, digestFromHex, isDigest } from '../names/digest.ts'
import { parseTag, printTag, type ReleaseTag } from '../names/release-tag.ts'
import type { ServiceName } from '../names/service-name.ts'
import { compareVersions } from '../names/version.ts'
import type { ReleaseRecord } from '../release/record.ts'

const tagAndCommit = {
  tag: z.string().refine(text => parseTag(text) !== undefined, 'must be a tag such as service-a-v1.1.0'),
  commit: z.string().refine(isCommitSha, 'must be a commit of 40 hexadecimal digits'),
}

const pinSchema = z.union(
  [
    z.strictObject({
      ...tagAndCommit,
      digest: z.string().refine(isDigest, 'must be the digest of an image'),
    }),
    z.strictObject({
      ...tagAndCommit,
      sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be the SHA-256 of a zip'),
    }),
  ],
  'must have tag, commit, and either the digest of an image or the sha256 of a zip',
)

/** The release that an environment should run: its tag and commit, and the digest of its image or the SHA-256 of its zip. */
export type Pin = z.output<typeof pinSchema>

/** The type of the artifact that a pin names. */
export function artifactTypeOfPin(pin: Pin): ArtifactTypeName {
  return 'digest' in pin ? 'image' : 'zip'
}

/** The digest of the artifact that a pin names. */
export function pinDigest(pin: Pin): Digest {
  return 'digest' in pin ? pin.digest : digestFromHex(pin.sha256)
}

/** The path of the pin of a service in an environment. */
export function pinPath(environment: string, service: ServiceName): string {
  return `cdktf/pins/${environment}/${service}.json`
}

/** The pin of a release. */
export function makePin(record: ReleaseRecord): Pin {
  const parts: { tag: string; commit: CommitSha } = { tag: printTag(record.tag), commit: record.commit }
  const { artifact } = record
  return artifact.type === 'image'
    ? { ...parts, digest: artifact.digest }
    : { ...parts, sha256: artifact.sha256 }
}

/** The pin as it stands in its file. */
export function printPin(pin: Pin): string {
  return `${JSON.stringify(pin, null, 2)}\n`
}

/** Reads a pin's file; a bad one, or one of another service, is a `UserError` that names it. */
export function parsePin(text: string, path: string): Pin {
  const source: JsonSource = {
    name: path,
    remedy: `A pin is written by make pin: remove ${path} in a commit of its own and pin again.`,
  }
  const pin = parseJson(text, pinSchema, source)
  const { service } = parseTag(pin.tag) as ReleaseTag
  if (path.endsWith(`/${service}.json`)) return pin
  throw badJson(source, [`tag: ${pin.tag} is a release of ${service}`])
}

/** What to do about a pin. */
export type PinDecision =
  | { readonly step: 'create'; readonly from: ReleaseTag | undefined }
  | { readonly step: 'already done' }
  | { readonly step: 'conflict'; readonly pinned: ReleaseTag }

/** Decides from the pin on the branch; a step back needs `allowOlder`. */
export function decidePin(current: Pin | undefined, wanted: Pin, allowOlder: boolean): PinDecision {
  if (current === undefined) return { step: 'create', from: undefined }
  if (printPin(current) === printPin(wanted)) return { step: 'already done' }
  const pinned = parseTag(current.tag) as ReleaseTag
  const release = parseTag(wanted.tag) as ReleaseTag
  const older = compareVersions(release.version, pinned.version) < 0
  return older && !allowOlder ? { step: 'conflict', pinned } : { step: 'create', from: pinned }
}

/**
 * The tags before the present one, newest first, from all that a pin has said, newest first. What was pinned, and then
 * gone back from, is not among them: a second rollback goes further back.
 */
export function earlierTags(history: readonly string[]): string[] {
  const kept: string[] = []
  for (const tag of history.toReversed()) {
    const at = kept.indexOf(tag)
    kept.splice(at === -1 ? kept.length : at, kept.length, tag)
  }
  return kept.slice(0, -1).reverse()
}

/** The tag in the text of a pin, which may be damaged, for a message. */
export function tagInPin(text: string): string {
  return plain(/"tag": *"([^"]+)"/.exec(text)?.[1] ?? 'another release')
}
