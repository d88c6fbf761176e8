import { z } from 'zod'
import { printArtifactName, recordKey, releaseNameBeside } from '../artifacts/names.ts'
import {
  artifactTypes,
  digestOfContent,
  type ImageContent,
  type ImageName,
  type ZipContent,
  type ZipName,
} from '../artifacts/types.ts'
import { badJson, type JsonSource, parseJson, readJson } from '../base/parse-json.ts'
import { isCommitSha, isObjectId } from '../names/commit.ts'
import type { Digest } from '../names/digest.ts'
import { parseTag, printTag, type ReleaseTag } from '../names/release-tag.ts'
import type { Release } from './release.ts'

const schemaVersion = 1

const releaseTag = z.string().transform((text, context) => {
  const tag = parseTag(text)
  if (tag !== undefined) return tag
  context.addIssue('must be a tag such as service-a-v1.1.0')
  return z.NEVER
})
const commit = z.string().refine(isCommitSha, 'must be a commit of 40 hexadecimal digits')

type RecordedArtifact = (ImageName & ImageContent) | (ZipName & ZipContent)
const [first, ...others] = Object.values(artifactTypes).map(({ name, content }) =>
  z.strictObject({ ...name, ...content }),
)
// The union is made from the table of types, whose fields its type does not name.
const artifact = z.discriminatedUnion('type', [
  first as z.ZodObject,
  ...others,
]) as unknown as z.ZodType<RecordedArtifact>

const recordSchema = z.strictObject({
  schema: z.literal(schemaVersion),
  tag: releaseTag,
  tagObject: z.string().refine(isObjectId, 'must be a git object of 40 hexadecimal digits'),
  commit,
  sourceCommit: commit,
  artifact,
})

/** Binds a release's tag, commit, source commit and artifact; a release exists exactly when its record does. */
export type ReleaseRecord = z.output<typeof recordSchema>

/** The record of a release whose artifact has this digest. */
export function makeRecord(release: Release, digest: Digest): ReleaseRecord {
  const { tag, tagObject, commit, sourceCommit, released } = release
  const artifact = { ...released, ...artifactTypes[released.type].contentOf(digest) } as RecordedArtifact
  return { schema: schemaVersion, tag, tagObject, commit, sourceCommit, artifact }
}

/** The digest of a record's artifact. */
export function recordDigest(record: ReleaseRecord): Digest {
  return digestOfContent(record.artifact)
}

/** Whether a record is that of a tag and its commit. Such a release exists, whatever became of its branch. */
export function isRecorded(
  record: ReleaseRecord | undefined,
  { tagObject, commit }: Pick<Release, 'tagObject' | 'commit'>,
): boolean {
  return record?.tagObject === tagObject && record.commit === commit
}

/** The record as it is stored; the same release gives the same bytes, whoever writes it. */
export function printRecord(record: ReleaseRecord): string {
  return `${JSON.stringify({ ...record, tag: printTag(record.tag) }, null, 2)}\n`
}

/** Parses the record of a tag; throws when it is corrupt, of another tag, or of a newer schema. */
export function parseRecord(text: string, tag: ReleaseTag): ReleaseRecord {
  const source: JsonSource = {
    name: `the release record ${recordKey(tag)}`,
    remedy:
      'Records never change: restore its first version if the bucket is versioned; otherwise compare tag and artifact by hand.',
  }
  const version = z.object({ schema: z.int() }).safeParse(readJson(text, source)).data?.schema
  if (version !== undefined && version > schemaVersion) {
    const fault = `schema: ${version} was written by a newer Waybill; this one reads ${schemaVersion}`
    throw badJson({ ...source, remedy: 'Use the Waybill of the remote release branch.' }, [fault])
  }
  const record = parseJson(text, recordSchema, source)
  if (printTag(record.tag) !== printTag(tag))
    throw badJson(source, [`tag: is ${printTag(record.tag)}, not ${printTag(tag)}`])
  const [named, wanted] = [record.artifact, releaseNameBeside(record.artifact, tag)].map(printArtifactName)
  if (named === wanted) return record
  throw badJson(source, [`artifact: is ${named}, not ${wanted}`])
}
