import { artifactTypeOf, asImageService, type ServiceConfig } from '../catalogue/service-config.ts'
import type { ArtifactTypeName } from '../kinds/kind.ts'
import type { CommitSha } from '../names/commit.ts'
import { printTag, type ReleaseTag } from '../names/release-tag.ts'
import type { ServiceName } from '../names/service-name.ts'

/** Where an image is stored: `<repository>:<tag>`. */
export type ImageName = { readonly type: 'image'; readonly repository: string; readonly tag: string }

/** Where a zip is stored in the artifact bucket. */
export type ZipName = { readonly type: 'zip'; readonly key: string }

/** The name of an artifact in its store. */
export type ArtifactName = ImageName | ZipName

/** The names of one type of artifact. */
type Naming<Name extends ArtifactName> = {
  /** After the service's source commit, where a build puts it. */
  commitName(service: ServiceName, config: ServiceConfig, source: CommitSha): Name
  /** After the release, which a promotion gives it. */
  releaseName(tag: ReleaseTag, config: ServiceConfig): Name
  /** After the source commit, of one that was released under a name. */
  builtName(service: ServiceName, released: Name, source: CommitSha): Name
  print(name: Name): string
}

const image: Naming<ImageName> = {
  commitName: (service, config, source) => imageName(repositoryName(service, config), source),
  releaseName: (tag, config) => imageName(repositoryName(tag.service, config), printTag(tag)),
  builtName: (_, { repository }, source) => imageName(repository, source),
  print: ({ repository, tag }) => `${repository}:${tag}`,
}

const zip: Naming<ZipName> = {
  commitName: (service, _, source) => ({ type: 'zip', key: `builds/${service}-${source}.zip` }),
  releaseName: tag => ({ type: 'zip', key: `releases/${printTag(tag)}.zip` }),
  builtName: (service, _, source) => ({ type: 'zip', key: `builds/${service}-${source}.zip` }),
  print: ({ key }) => key,
}

/** How each type of artifact is named. */
const naming: Readonly<Record<ArtifactTypeName, Naming<ArtifactName>>> = { image, zip }

function imageName(repository: string, tag: string): ImageName {
  return { type: 'image', repository, tag }
}

/** The ECR repository of a service whose artifact is an image. */
export function repositoryName(service: ServiceName, config: ServiceConfig): string {
  return asImageService(config)?.repository ?? `${service}-image`
}

/** The repository of each service whose artifact is an image, in the services' order. */
export function repositoriesOf(
  services: Iterable<readonly [ServiceName, ServiceConfig]>,
): { readonly service: ServiceName; readonly config: ServiceConfig; readonly repository: string }[] {
  return [...services].flatMap(([service, config]) =>
    artifactTypeOf(config) === 'image'
      ? [{ service, config, repository: repositoryName(service, config) }]
      : [],
  )
}

/** The name that a build gives the artifact, after the service's source commit. */
export function commitName(service: ServiceName, config: ServiceConfig, source: CommitSha): ArtifactName {
  return naming[artifactTypeOf(config)].commitName(service, config, source)
}

/** The commit name of an artifact that was released under another name. */
export function builtName(service: ServiceName, released: ArtifactName, source: CommitSha): ArtifactName {
  return naming[released.type].builtName(service, released, source)
}

/** The name that a promotion gives the artifact, after the release. */
export function releaseName(tag: ReleaseTag, config: ServiceConfig): ArtifactName {
  return naming[artifactTypeOf(config)].releaseName(tag, config)
}

/** The key of a release's record in the artifact bucket. */
export function recordKey(tag: ReleaseTag): string {
  return `releases/${printTag(tag)}.json`
}

/** Prints an artifact's name: `service-a-image:service-a-v1.1.0` or `releases/service-b-v1.1.0.zip`. */
export function printArtifactName(name: ArtifactName): string {
  return naming[name.type].print(name)
}
