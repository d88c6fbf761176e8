import type { Stores } from '../../artifacts/io/stores.ts'
import type { Kind } from '../../kinds/kind.ts'
import { type Digest, isDigest } from '../../names/digest.ts'
import { type ReleaseRecord, recordDigest } from '../../release/record.ts'

/** The digest of a release and, if it is an index, those of its images for each platform: one of these must serve. */
export async function releasedDigests(
  stores: Stores,
  record: ReleaseRecord,
  { acceptsIndex }: Pick<Kind, 'acceptsIndex'>,
): Promise<Digest[]> {
  const { artifact } = record
  if (artifact.type !== 'image' || !acceptsIndex) return [recordDigest(record)]
  const images = await (await stores.ecr()).find(artifact.repository, [artifact.tag])
  const manifest = images.get(artifact.tag)?.manifest ?? '{}'
  const { manifests = [] } = JSON.parse(manifest) as { manifests?: { digest: string }[] }
  return [artifact.digest, ...manifests.map(({ digest }) => digest).filter(isDigest)]
}
