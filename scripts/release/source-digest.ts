import { z } from 'zod'
import { badJson, type JsonSource, parseJson } from '../base/parse-json.ts'
import { plain } from '../base/printable.ts'
import { type CommitSha, isCommitSha } from '../names/commit.ts'
import { type Digest, isDigest } from '../names/digest.ts'
import type { ServiceName } from '../names/service-name.ts'
import type { Release } from './release.ts'

/** Who is released from what: all releases of a service from one source commit have one digest. */
type Source = Pick<Release, 'sourceCommit'> & { readonly tag: Pick<Release['tag'], 'service'> }

const schema = z.strictObject({
  schema: z.literal(1),
  service: z.string(),
  sourceCommit: z.string().refine(isCommitSha, 'must be a commit of 40 hexadecimal digits'),
  digest: z.string().refine(isDigest, 'must be sha256: and 64 hexadecimal digits'),
})

/** The key of what fixes the digest of a source commit. No tag has a slash, so no other key begins like this. */
export function sourceDigestKey(service: ServiceName, source: CommitSha): string {
  return `releases/sources/${service}-${source}.json`
}

/** What fixes a digest, as it is stored: the same bytes for all releases that have it. */
export function printSourceDigest({ tag, sourceCommit }: Source, digest: Digest): string {
  return `${JSON.stringify({ schema: 1, service: tag.service, sourceCommit, digest }, null, 2)}\n`
}

/** Parses it; throws when it is invalid, or of another service or source commit. */
export function parseSourceDigest(text: string, { tag, sourceCommit }: Source): Digest {
  const source: JsonSource = {
    name: sourceDigestKey(tag.service, sourceCommit),
    remedy: 'Restore its first version in the bucket.',
  }
  const found = parseJson(text, schema, source)
  if (found.service !== tag.service)
    throw badJson(source, [`service: is ${plain(found.service)}, not ${tag.service}`])
  if (found.sourceCommit !== sourceCommit)
    throw badJson(source, [`sourceCommit: is ${found.sourceCommit}, not ${sourceCommit}`])
  return found.digest
}
