import { z } from 'zod'
import type { Stores } from '../../artifacts/io/stores.ts'
import { imageOf, printArtifactName } from '../../artifacts/names.ts'
import { parseJson } from '../../base/parse-json.ts'
import type { Kind } from '../../kinds/kind.ts'
import { type Digest, isDigest } from '../../names/digest.ts'
import { type ReleaseRecord, recordDigest } from '../../release/record.ts'

const index = z.looseObject({ manifests: z.array(z.looseObject({ digest: z.string() })).default([]) })

/** The digest of a release and, if it is an index, those of its images for each platform: one of these must serve. */
export async function releasedDigests(
  stores: Stores,
  record: ReleaseRecord,
  { acceptsIndex }: Pick<Kind, 'acceptsIndex'>,
): Promise<Digest[]> {
  const released = recordDigest(record)
  const image = imageOf(record.artifact)
  if (image === undefined || !acceptsIndex) return [released]
  const images = await (await stores.ecr()).find(image.repository, [image.tag])
  const { manifests } = parseJson(images.get(image.tag)?.manifest ?? '{}', index, {
    name: `the manifest of ${printArtifactName(image)}`,
    remedy: 'Release the service again, from an image that docker pushed.',
  })
  return [released, ...manifests.map(({ digest }) => digest).filter(isDigest)]
}
