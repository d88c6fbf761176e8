import { objectTags, type S3, type StoredObject } from '../../aws/io/s3.ts'
import { UserError } from '../../base/user-error.ts'
import type { Digest } from '../../names/digest.ts'
import { printTag } from '../../names/release-tag.ts'
import type { Release } from '../../release/release.ts'
import { artifactsErrors } from '../errors.ts'
import type { ArtifactName, ImageName, ZipName } from '../names.ts'
import { printArtifactName } from '../names.ts'
import type { Ecr, StoredImage } from './ecr.ts'
import type { ListReferrers } from './referrers.ts'

/** The artifact stores; a command connects to each when it first needs it. */
export type Stores = { ecr(): Promise<Ecr>; s3(): Promise<S3>; referrers(): Promise<ListReferrers> }

/** What the stores hold for a release, with the way to give the built artifact its release name. */
export type ObservedArtifacts = {
  readonly built: Digest | undefined
  readonly released: Digest | undefined
  /** Gives the built artifact its release name; ends well only when that name has the built digest. */
  promote(): Promise<void>
}

/** Reads both names of a release's artifact: one call for an image, two at once for a zip. */
export async function observeArtifacts(stores: Stores, release: Release): Promise<ObservedArtifacts> {
  const { built, released } = release
  if (built.type === 'image' && released.type === 'image') {
    const ecr = await stores.ecr()
    const images = await ecr.find(built.repository, [built.tag, released.tag])
    return observedImage(ecr, released, images.get(built.tag), images.get(released.tag))
  }
  const s3 = await stores.s3()
  const [from, to] = await Promise.all([s3.find((built as ZipName).key), s3.find((released as ZipName).key)])
  return observedZip(s3, release, from, to)
}

function observedImage(
  ecr: Ecr,
  name: ImageName,
  built: StoredImage | undefined,
  released: StoredImage | undefined,
): ObservedArtifacts {
  return {
    built: built?.digest,
    released: released?.digest,
    promote: () => ecr.tag(name, built as StoredImage),
  }
}

function observedZip(
  s3: S3,
  release: Release,
  built: StoredObject | undefined,
  released: StoredObject | undefined,
): ObservedArtifacts {
  const name = release.released as ZipName
  return {
    built: built && digestOf(built),
    released: released && digestOf(released),
    promote: async () => {
      const written = await s3.copyNew(built as StoredObject, name.key, {
        ...objectTags(release.tag.service, release.sourceCommit),
        commit: release.commit,
        release: printTag(release.tag),
      })
      if (typeof written === 'object') throw takenZip(name, built?.digest, written.other)
    },
  }
}

function takenZip(name: ZipName, wanted: Digest | undefined, found: Digest | undefined): UserError {
  return new UserError(
    artifactsErrors['artifact-conflict'],
    `${printArtifactName(name)} exists with other content`,
    {
      cause: `it has ${found ?? 'no SHA-256'}, not ${wanted}`,
      remedy: 'A release never changes: release the commit under the next version.',
    },
  )
}

function digestOf(object: StoredObject): Digest {
  if (object.digest !== undefined) return object.digest
  throw new UserError(artifactsErrors['artifact-unusable'], `${object.key} cannot be used`, {
    cause: 'it has no SHA-256 checksum of its bytes, so it was not stored by make build',
    remedy: 'Remove it and build the commit again (make build).',
  })
}

/** Finds the digests of the artifacts stored under some names, with one call for all images of a repository. */
export async function findStored(
  stores: Stores,
  names: readonly ArtifactName[],
): Promise<Map<ArtifactName, Digest>> {
  const images = names.filter(name => name.type === 'image')
  const zips = names.filter(name => name.type === 'zip')
  const found = await Promise.all([findImages(stores, images), findZips(stores, zips)])
  return new Map<ArtifactName, Digest>(found.flatMap(part => [...part]))
}

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

async function findZips(stores: Stores, names: readonly ZipName[]): Promise<Map<ZipName, Digest>> {
  const found = new Map<ZipName, Digest>()
  if (names.length === 0) return found
  const s3 = await stores.s3()
  await Promise.all(
    names.map(async name => {
      const object = await s3.find(name.key)
      if (object !== undefined) found.set(name, digestOf(object))
    }),
  )
  if (found.size === 0) await s3.confirmBucket()
  return found
}
