import { z } from 'zod'
import { asImageService, type ServiceConfig } from '../catalogue/service-config.ts'
import type { ArtifactTypeName } from '../kinds/kind.ts'
import type { CommitSha } from '../names/commit.ts'
import { type Digest, digestFromHex, digestHex, isDigest } from '../names/digest.ts'
import { printTag, type ReleaseTag } from '../names/release-tag.ts'
import type { ServiceName } from '../names/service-name.ts'

/** Where an image is stored: `<repository>:<tag>`. */
export type ImageName = { readonly type: 'image'; readonly repository: string; readonly tag: string }

/** Where a zip is stored in the artifact bucket. */
export type ZipName = { readonly type: 'zip'; readonly key: string }

/** The name of an artifact in its store. */
export type ArtifactName = ImageName | ZipName

/** How records and pins say what an image is. */
export type ImageContent = { readonly digest: Digest }

/** The same for a zip: the SHA-256 of its bytes in hexadecimal digits. */
export type ZipContent = { readonly sha256: string }

/** The content of an artifact. */
export type Content = ImageContent | ZipContent

/** All that records, pins, builds and promotions ask of a type of artifact. What acts on the stores is in their io/. */
export type ArtifactType<Name extends ArtifactName = ArtifactName, Own extends Content = Content> = {
  /** As in "an image". */
  readonly article: string
  /** After the service's source commit, where a build puts it. */
  commitName(service: ServiceName, config: ServiceConfig, source: CommitSha): Name
  /** After the release, which a promotion gives it. */
  releaseName(tag: ReleaseTag, config: ServiceConfig): Name
  /** The commit name of one that was released under a name. */
  builtName(service: ServiceName, released: Name, source: CommitSha): Name
  /** The name that a release's artifact has in the store of this one. */
  renamed(name: Name, tag: ReleaseTag): Name
  print(name: Name): string
  /** The ECR repository of a service's artifacts; left out if they are stored elsewhere. */
  repositoryOf?(service: ServiceName, config: ServiceConfig): string
  /** Its name as an image, for artifacts in ECR. */
  imageOf?(name: Name): ImageName
  /** The fields of its name in a record. */
  readonly name: z.ZodRawShape
  /** The field of its content in a record or a pin. */
  readonly content: z.ZodRawShape
  contentOf(digest: Digest): Own
  digestOf(content: Own): Digest
  /** As a commit message says it. */
  printContent(content: Own): string
}

const image: ArtifactType<ImageName, ImageContent> = {
  article: 'an image',
  commitName: (service, config, source) => imageName(repositoryName(service, config), source),
  releaseName: (tag, config) => imageName(repositoryName(tag.service, config), printTag(tag)),
  builtName: (_, { repository }, source) => imageName(repository, source),
  renamed: ({ repository }, tag) => imageName(repository, printTag(tag)),
  print: ({ repository, tag }) => `${repository}:${tag}`,
  repositoryOf: repositoryName,
  imageOf: name => name,
  name: { type: z.literal('image'), repository: z.string(), tag: z.string() },
  content: { digest: z.string().refine(isDigest, 'must be sha256: and 64 hexadecimal digits') },
  contentOf: digest => ({ digest }),
  digestOf: ({ digest }) => digest,
  printContent: ({ digest }) => digest,
}

const zip: ArtifactType<ZipName, ZipContent> = {
  article: 'a zip',
  commitName: (service, _, source) => ({ type: 'zip', key: `builds/${service}-${source}.zip` }),
  releaseName: tag => releasedZip(tag),
  builtName: (service, _, source) => ({ type: 'zip', key: `builds/${service}-${source}.zip` }),
  renamed: (_, tag) => releasedZip(tag),
  print: ({ key }) => key,
  name: { type: z.literal('zip'), key: z.string() },
  content: { sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 of 64 hexadecimal digits') },
  contentOf: digest => ({ sha256: digestHex(digest) }),
  digestOf: ({ sha256 }) => digestFromHex(sha256),
  printContent: ({ sha256 }) => `sha256 ${sha256}`,
}

/** Every type of artifact. */
export const artifactTypes: Readonly<Record<ArtifactTypeName, ArtifactType>> = { image, zip }

/** The type of the artifact whose content this is. */
export function typeOfContent(content: Content): ArtifactTypeName {
  const [name] = Object.entries(artifactTypes).find(([, type]) =>
    Object.keys(type.content).every(field => field in content),
  ) as [ArtifactTypeName, ArtifactType]
  return name
}

/** The digest of the artifact whose content this is. */
export function digestOfContent(content: Content): Digest {
  return artifactTypes[typeOfContent(content)].digestOf(content)
}

/** Prints the content of an artifact: `sha256:…` of an image, or `sha256 …` of a zip. */
export function printContent(content: Content): string {
  return artifactTypes[typeOfContent(content)].printContent(content)
}

function repositoryName(service: ServiceName, config: ServiceConfig): string {
  return asImageService(config)?.repository ?? usualRepository(service)
}

/** The repository that a service has unless it names one that is there already. */
export function usualRepository(service: ServiceName): string {
  return `${service}-image`
}

function releasedZip(tag: ReleaseTag): ZipName {
  return { type: 'zip', key: `releases/${printTag(tag)}.zip` }
}

function imageName(repository: string, tag: string): ImageName {
  return { type: 'image', repository, tag }
}
