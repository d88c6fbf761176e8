import type { S3, StoredObject } from '../../aws/io/s3.ts'
import { mapLimited } from '../../base/io/side-by-side.ts'
import { UserError } from '../../base/user-error.ts'
import type { ArtifactTypeName } from '../../kinds/kind.ts'
import type { Digest } from '../../names/digest.ts'
import { artifactsErrors } from '../errors.ts'
import { releasesPrefix } from '../names.ts'
import type { ArtifactName, ImageName, ZipName } from '../types.ts'
import type { Ecr } from './ecr.ts'
import type { ListReferrers } from './referrers.ts'

/** The artifact stores; a command connects to each when it first needs it. */
export type Stores = { ecr(): Promise<Ecr>; s3(): Promise<S3>; referrers(): Promise<ListReferrers> }

/** The digests of the artifacts that are stored under these names: one call for all images of a repository. */
export async function findStored(
  stores: Stores,
  names: readonly ArtifactName[],
): Promise<Map<ArtifactName, Digest>> {
  const byType = Map.groupBy(names, name => name.type)
  const found = await Promise.all([...byType].map(([type, some]) => finders[type](stores, some)))
  return new Map<ArtifactName, Digest>(found.flatMap(part => [...part]))
}

type Finder = {
  find(stores: Stores, names: readonly ArtifactName[]): Promise<Map<ArtifactName, Digest>>
}['find']

/** What finds the artifacts of each type. */
const finders: Readonly<Record<ArtifactTypeName, Finder>> = { image: findImages, zip: findZips }

async function findImages(stores: Stores, names: readonly ImageName[]): Promise<Map<ImageName, Digest>> {
  const found = new Map<ImageName, Digest>()
  const repositories = Map.groupBy(names, name => name.repository)
  await Promise.all(
    [...repositories].map(async ([repository, wanted]) => {
      const tags = wanted.map(name => name.tag)
      const images = await (await stores.ecr()).find(repository, tags)
      for (const name of wanted) {
        const image = images.get(name.tag)
        if (image !== undefined) found.set(name, image.digest)
      }
    }),
  )
  return found
}

// Enough to hide the round trips.
const mostAtOnce = 16

async function findZips(stores: Stores, names: readonly ZipName[]): Promise<Map<ZipName, Digest>> {
  const found = new Map<ZipName, Digest>()
  const s3 = await stores.s3()
  await mapLimited(names, mostAtOnce, async name => {
    const object = await s3.find(name.key)
    if (object !== undefined) found.set(name, digestOf(object))
  })
  if (found.size === 0) await s3.confirmBucket(releasesPrefix)
  return found
}

/** The digest of a stored zip; throws when it was stored without one. */
export function digestOf(object: StoredObject): Digest {
  if (object.digest !== undefined) return object.digest
  throw new UserError(artifactsErrors['artifact-unusable'], `${object.key} cannot be used`, {
    cause: 'it has no SHA-256 checksum of its bytes, so it was not stored by make build',
    remedy: 'Remove it and build the commit again (make build).',
  })
}
