import { z } from 'zod'
import { artifactTypes, type Content, digestOfContent, typeOfContent } from '../artifacts/types.ts'
import type { Attempt } from '../base/attempt.ts'
import { badJson, type JsonSource, parseJson } from '../base/parse-json.ts'
import { plain } from '../base/printable.ts'
import { pinsFolder } from '../catalogue/inputs.ts'
import type { ArtifactTypeName } from '../kinds/kind.ts'
import { type CommitSha, isCommitSha } from '../names/commit.ts'
import { parseTag, printTag, type ReleaseTag } from '../names/release-tag.ts'
import type { ServiceName } from '../names/service-name.ts'
import { type ReleaseRecord, recordDigest } from '../release/record.ts'

const tagAndCommit = {
  tag: z.string().refine(text => parseTag(text) !== undefined, 'must be a tag such as service-a-v1.1.0'),
  commit: z.string().refine(isCommitSha, 'must be a commit of 40 hexadecimal digits'),
}

const [first, ...others] = Object.values(artifactTypes).map(({ content }) =>
  z.strictObject({ ...tagAndCommit, ...content }),
)
// The union is made from the table of types, whose fields its type does not name.
const pinSchema = z.union(
  [first as z.ZodObject, ...others],
  'must have tag, commit, and either the digest of an image or the sha256 of a zip',
) as unknown as z.ZodType<{ readonly tag: string; readonly commit: CommitSha } & Content>

/** The release that an environment should run: its tag and commit, and the digest of its image or the SHA-256 of its zip. */
export type Pin = z.output<typeof pinSchema>

/** The type of the artifact that a pin names. */
export function artifactTypeOfPin(pin: Pin): ArtifactTypeName {
  return typeOfContent(pin)
}

/** The path of the pin of a service in an environment. */
export function pinPath(environment: string, service: ServiceName): string {
  return `${pinsFolder}${environment}/${service}.json`
}

/** The pins of a service, by environment; an error where one cannot be used. */
export type ServicePins = ReadonlyMap<string, Attempt<Pin>>

/** Why a file in the folder of the pins is not that of an environment; undefined if it is. */
export function explainStrayPin(path: string, environments: readonly string[]): string | undefined {
  const [environment = '', , ...deeper] = path.slice(pinsFolder.length).split('/')
  const isPlaced = path.startsWith(`${pinsFolder}${environment}/`) && deeper.length === 0
  if (!isPlaced) return 'is not <environment>/<service>.json'
  return environments.includes(environment) ? undefined : `there is no environment ${plain(environment)}`
}

/** The pin of a release. */
export function makePin(record: ReleaseRecord): Pin {
  const { artifact, commit } = record
  const content = artifactTypes[artifact.type].contentOf(digestOfContent(artifact))
  return { tag: printTag(record.tag), commit, ...content }
}

/** Whether a pin is that of a record. */
export function isPinOf(record: ReleaseRecord, pin: Pin): boolean {
  return printPin(pin) === printPin(makePin(record))
}

/** How a pin contradicts the record of its release, as in "commit … and …, but the record has …"; undefined if it agrees. */
export function findContradiction(record: ReleaseRecord, pin: Pin): string | undefined {
  if (isPinOf(record, pin)) return undefined
  return `commit ${pin.commit} and ${digestOfContent(pin)}, but the record has ${record.commit} and ${recordDigest(record)}`
}

/** The text of a pin's file. */
export function printPin(pin: Pin): string {
  return `${JSON.stringify(pin, null, 2)}\n`
}

/** Parses a pin's file; throws an error that names the file when it is invalid or pins another service. */
export function parsePin(text: string, path: string): Pin {
  const source: JsonSource = {
    name: path,
    remedy: `Only make pin writes pins: remove ${path} in a commit of its own, then pin again.`,
  }
  const pin = parseJson(text, pinSchema, source)
  const { service } = parseTag(pin.tag) as ReleaseTag
  if (path.endsWith(`/${service}.json`)) return pin
  throw badJson(source, [`tag: ${pin.tag} is a release of ${service}`])
}

/**
 * The tags that were pinned before the current one, from all that a pin has said; newest first, both. A tag that was
 * rolled back from is left out, so that a second rollback goes further back.
 */
export function earlierTags(history: readonly string[]): string[] {
  const kept: string[] = []
  for (const tag of history.toReversed()) {
    const at = kept.indexOf(tag)
    kept.splice(at === -1 ? kept.length : at, kept.length, tag)
  }
  return kept.slice(0, -1).reverse()
}

/** The tag in a pin's text, which may be damaged, for a message. */
export function tagInPin(text: string): string {
  return plain(/"tag": *"([^"]+)"/.exec(text)?.[1] ?? 'another release')
}
