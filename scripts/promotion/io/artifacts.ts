import { nameTaken } from '../../artifacts/conflict.ts'
import { artifactsErrors } from '../../artifacts/errors.ts'
import type { StoredImage } from '../../artifacts/io/ecr.ts'
import { digestOf, type Stores } from '../../artifacts/io/stores.ts'
import { objectTags } from '../../artifacts/names.ts'
import type { ImageName, ZipName } from '../../artifacts/types.ts'
import type { S3, StoredObject } from '../../aws/io/s3.ts'
import { UserError } from '../../base/user-error.ts'
import type { ArtifactTypeName } from '../../kinds/kind.ts'
import type { Digest } from '../../names/digest.ts'
import { printTag } from '../../names/release-tag.ts'
import type { Release } from '../../release/release.ts'

/** What the stores hold for a release, and the way to give the built artifact its release name. */
export type ObservedArtifacts = {
  readonly built: Digest | undefined
  readonly released: Digest | undefined
  /** Gives the built artifact its release name; succeeds only if that name then has the built digest. */
  promote(): Promise<void>
}

/** Reads both names of a release's artifact: one call for an image, two at once for a zip. */
export async function observeArtifacts(stores: Stores, release: Release): Promise<ObservedArtifacts> {
  return await observers[release.released.type].both(stores, release)
}

/** Reads the release name of an artifact in one call, which only for an image answers what the other name has, too. */
export async function observeReleased(stores: Stores, release: Release): Promise<ObservedArtifacts> {
  return await observers[release.released.type].released(stores, release)
}

type Observe = (stores: Stores, release: Release) => Promise<ObservedArtifacts>

/** What observes the artifacts of each type. A release's two names are of one type. */
const observers: Readonly<Record<ArtifactTypeName, { readonly both: Observe; readonly released: Observe }>> =
  {
    image: { both: observeImage, released: observeImage },
    zip: { both: observeZip, released: observeReleasedZip },
  }

async function observeImage(stores: Stores, release: Release): Promise<ObservedArtifacts> {
  const [from, to] = [release.built, release.released] as [ImageName, ImageName]
  const ecr = await stores.ecr()
  const images = await ecr.find(from.repository, [from.tag, to.tag])
  const built = images.get(from.tag)
  return {
    built: built?.digest,
    released: images.get(to.tag)?.digest,
    promote: () => ecr.tag(to, built as StoredImage),
  }
}

async function observeReleasedZip(stores: Stores, release: Release): Promise<ObservedArtifacts> {
  const released = await (await stores.s3()).find((release.released as ZipName).key)
  return { built: undefined, released: released && digestOf(released), promote: async () => {} }
}

async function observeZip(stores: Stores, release: Release): Promise<ObservedArtifacts> {
  const s3 = await stores.s3()
  const names = [release.built, release.released] as [ZipName, ZipName]
  const [built, released] = await Promise.all([s3.find(names[0].key), s3.find(names[1].key)])
  const from = built && { ...built, digest: digestOf(built) }
  if (from !== undefined && released === undefined) requireCopyable(from)
  return {
    built: from?.digest,
    released: released && digestOf(released),
    promote: () => copyZip(s3, release, from as CopyableZip),
  }
}

type CopyableZip = StoredObject & { readonly digest: Digest }

async function copyZip(s3: S3, release: Release, from: CopyableZip): Promise<void> {
  const name = release.released as ZipName
  const written = await s3.copyNew(from, name.key, {
    ...objectTags(release.tag.service, release.sourceCommit),
    commit: release.commit,
    release: printTag(release.tag),
  })
  if (typeof written === 'object') throw nameTaken(name, from.digest, written.other)
}

// Amazon S3 API reference, CopyObject: up to 5 GB in a single operation.
const largestCopy = 5 * 1024 ** 3

function requireCopyable({ key, size }: StoredObject): void {
  if (size <= largestCopy) return
  throw new UserError(artifactsErrors['artifact-unusable'], `${key} cannot be promoted`, {
    cause: 'it is larger than 5 GB, so it was not stored by make build',
    remedy: 'Remove it and build the commit again (make build).',
  })
}
