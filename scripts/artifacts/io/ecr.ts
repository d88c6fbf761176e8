import { createHash } from 'node:crypto'
import type { Image } from '@aws-sdk/client-ecr'
import { type AwsSettings, awsFailure, explainAws, incompleteAnswer } from '../../aws/io/calls.ts'
import { type EcrConnection, openEcr } from '../../aws/io/clients.ts'
import type { Clock } from '../../base/clock.ts'
import { pace } from '../../base/io/pace.ts'
import { UserError } from '../../base/user-error.ts'
import { type Digest, digestFromHex, isDigest } from '../../names/digest.ts'
import { nameTaken } from '../conflict.ts'
import { artifactsErrors } from '../errors.ts'
import { printArtifactName } from '../names.ts'
import type { ImageName } from '../types.ts'

/** An image in ECR. */
export type StoredImage = {
  readonly digest: Digest
  /** The exact bytes of the manifest, as text: parsing and printing it again would change the digest. */
  readonly manifest: string
  readonly mediaType: string | undefined
}

/** The calls to ECR that Waybill makes. */
export type Ecr = {
  /** Finds images of one repository by tag; tags that do not exist are left out. */
  find(repository: string, tags: readonly string[]): Promise<Map<string, StoredImage>>
  /** Gives an image another tag; it succeeds if the tag names that digest, whoever put it there. */
  tag(name: ImageName, image: StoredImage): Promise<void>
  /** Every tag of a repository; none if the repository does not exist. */
  list(repository: string): Promise<string[]>
  /** What docker needs to push: the registry's host, a user, and a password that is valid for 12 hours. */
  login(): Promise<Login>
}

/** How to sign in to the registry at an address. */
export type Login = {
  readonly url: string
  readonly host: string
  readonly user: string
  readonly password: string
}

// Every media type that Waybill can carry: without these an index may come back as one of its children.
const acceptedMediaTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
]

// Amazon ECR API reference, BatchGetImage: "maximum number of 100 items".
const idsPerCall = 100

/** Connects to the ECR of the artifact account. */
export async function connectEcr(settings: AwsSettings, clock: Clock): Promise<Ecr> {
  const ecr = await openEcr(settings)
  const turn = pace(clock, settings.putImagePerSecond)
  return {
    find: (repository, tags) => find(ecr, repository, tags),
    async tag(name, image) {
      await turn()
      await putTag(ecr, name, image)
    },
    list: repository => list(ecr, repository),
    login: () => login(ecr),
  }
}

async function find(
  ecr: EcrConnection,
  repository: string,
  tags: readonly string[],
): Promise<Map<string, StoredImage>> {
  const found = new Map<string, StoredImage>()
  for (let start = 0; start < tags.length; start += idsPerCall) {
    const asked = tags.slice(start, start + idsPerCall)
    const known = await getImages(ecr, repository, asked)
    for (const tag of asked) {
      // Two tags of one digest may come back as one image: ask again for each tag without an answer.
      const answer = known.has(tag) ? known : await getImages(ecr, repository, [tag])
      if (!answer.has(tag)) throw unanswered(repository, tag)
      const image = answer.get(tag)
      if (image !== undefined) found.set(tag, image)
    }
  }
  return found
}

/** What one call answers about each tag; undefined is a tag that does not exist. */
async function getImages(
  { sdk, client, settings }: EcrConnection,
  repository: string,
  tags: readonly string[],
): Promise<Map<string, StoredImage | undefined>> {
  const command = new sdk.BatchGetImageCommand({
    registryId: settings.account,
    repositoryName: repository,
    imageIds: tags.map(imageTag => ({ imageTag })),
    acceptedMediaTypes,
  })
  const answer = await client.send(command).catch(error => {
    throw explainAws(error, settings, `read the images of the repository ${repository}`)
  })
  const known = new Map<string, StoredImage | undefined>()
  for (const { imageId, failureCode } of answer.failures ?? []) {
    if (imageId?.imageTag !== undefined && failureCode === 'ImageNotFound')
      known.set(imageId.imageTag, undefined)
  }
  for (const image of answer.images ?? []) {
    const tag = image.imageId?.imageTag
    if (tag !== undefined) known.set(tag, readImage(image))
  }
  return known
}

async function putTag(ecr: EcrConnection, name: ImageName, image: StoredImage): Promise<void> {
  const { sdk, client, settings } = ecr
  const command = new sdk.PutImageCommand({
    registryId: settings.account,
    repositoryName: name.repository,
    imageTag: name.tag,
    imageDigest: image.digest,
    imageManifest: image.manifest,
    imageManifestMediaType: image.mediaType,
  })
  let failure: unknown
  try {
    const answer = await client.send(command)
    if (answer.image?.imageId?.imageDigest === image.digest) return
  } catch (error) {
    failure = error
  }
  // ECR's error code for an existing tag varies, and an answer can be lost after the write was applied: what the
  // tag names now decides.
  const now = (await find(ecr, name.repository, [name.tag])).get(name.tag)
  if (now?.digest === image.digest) return
  if (now !== undefined) throw nameTaken(name, image.digest, now.digest)
  throw explainAws(failure ?? incompleteAnswer(), settings, `tag ${printArtifactName(name)}`)
}

async function list({ sdk, client, settings }: EcrConnection, repository: string): Promise<string[]> {
  const input = {
    registryId: settings.account,
    repositoryName: repository,
    filter: { tagStatus: 'TAGGED' as const },
  }
  const tags: string[] = []
  try {
    for await (const page of sdk.paginateListImages({ client }, input)) {
      // An empty repository has an empty list.
      if (page.imageIds === undefined) throw incompleteAnswer()
      tags.push(...page.imageIds.flatMap(({ imageTag }) => imageTag ?? []))
    }
  } catch (error) {
    if (awsFailure(error).name === 'RepositoryNotFoundException') return []
    throw explainAws(error, settings, `list the images of the repository ${repository}`)
  }
  return tags
}

async function login({ sdk, client, settings }: EcrConnection): Promise<Login> {
  const answer = await client.send(new sdk.GetAuthorizationTokenCommand({})).catch(error => {
    throw explainAws(error, settings, 'get a token for the registry')
  })
  const { authorizationToken = '', proxyEndpoint = '' } = answer.authorizationData?.[0] ?? {}
  const [user = '', ...password] = Buffer.from(authorizationToken, 'base64').toString().split(':')
  // ECR names the caller's registry; the token is valid for the artifact account's registry too.
  const url = proxyEndpoint.replace(/(?<=^https?:\/\/)\d{12}(?=\.dkr[.-]ecr)/, settings.account)
  return { url, host: url.replace(/^https?:\/\//, ''), user, password: password.join(':') }
}

function readImage(image: Image): StoredImage {
  const digest = image.imageId?.imageDigest ?? ''
  if (!isDigest(digest) || image.imageManifest === undefined)
    throw new UserError(
      artifactsErrors['ecr-incomplete-answer'],
      'ECR answered with an image that has no digest or no manifest',
      { cause: `its tag is ${image.imageId?.imageTag}, its digest ${digest === '' ? 'missing' : digest}` },
    )
  const { imageManifest: manifest, imageManifestMediaType: mediaType } = image
  const actual = digestFromHex(createHash('sha256').update(manifest).digest('hex'))
  // The digest is that of the manifest's exact bytes, so these are not the ones that were stored.
  if (actual !== digest)
    throw new UserError(
      artifactsErrors['ecr-other-manifest'],
      `ECR gave another manifest than that of ${image.repositoryName}:${image.imageId?.imageTag}`,
      { cause: `its digest is ${digest}, but the manifest that came has ${actual}` },
    )
  return { digest, manifest, mediaType }
}

function unanswered(repository: string, tag: string): UserError {
  return new UserError(
    artifactsErrors['ecr-incomplete-answer'],
    `ECR did not say whether ${repository}:${tag} exists`,
    { cause: 'its answer has neither the image nor a failure for it' },
  )
}
