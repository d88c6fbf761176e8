import { artifactsErrors } from '../../artifacts/errors.ts'
import type { Ecr, StoredImage } from '../../artifacts/io/ecr.ts'
import { digestOf, type Stores } from '../../artifacts/io/stores.ts'
import { type ImageName, printArtifactName, type ZipName } from '../../artifacts/names.ts'
import { objectTags, type S3, type StoredObject } from '../../aws/io/s3.ts'
import { UserError } from '../../base/user-error.ts'
import type { Digest } from '../../names/digest.ts'
import { printTag } from '../../names/release-tag.ts'
import type { Release } from '../../release/release.ts'

/** What the stores hold for a release, and the way to give the built artifact its release name. */
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
  if (typeof written === 'object') throw takenZip(name, from.digest, written.other)
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

function takenZip(name: ZipName, wanted: Digest, found: Digest | undefined): UserError {
  return new UserError(
    artifactsErrors['artifact-conflict'],
    `${printArtifactName(name)} exists with other content`,
    {
      cause: `it has ${found ?? 'no SHA-256'}, not ${wanted}`,
      remedy: 'A release never changes: release the commit under the next version.',
    },
  )
}
