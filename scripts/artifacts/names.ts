import { artifactTypeOf, type ServiceConfig } from '../catalogue/service-config.ts'
import type { CommitSha } from '../names/commit.ts'
import { printTag, type ReleaseTag } from '../names/release-tag.ts'
import type { ServiceName } from '../names/service-name.ts'
import { type ArtifactName, artifactTypes, type ImageName } from './types.ts'

/** The ECR repository of each service whose artifacts are stored in one, in the services' order. */
export function repositoriesOf(
  services: Iterable<readonly [ServiceName, ServiceConfig]>,
): { readonly service: ServiceName; readonly config: ServiceConfig; readonly repository: string }[] {
  return [...services].flatMap(([service, config]) => {
    const repository = artifactTypes[artifactTypeOf(config)].repositoryOf?.(service, config)
    return repository === undefined ? [] : [{ service, config, repository }]
  })
}

/** An artifact's name as an image in ECR; undefined if it is stored elsewhere. */
export function imageOf(name: ArtifactName): ImageName | undefined {
  return artifactTypes[name.type].imageOf?.(name)
}

/** The name that a build gives the artifact, after the service's source commit. */
export function commitName(service: ServiceName, config: ServiceConfig, source: CommitSha): ArtifactName {
  return artifactTypes[artifactTypeOf(config)].commitName(service, config, source)
}

/** The commit name of an artifact that was released under another name. */
export function builtName(service: ServiceName, released: ArtifactName, source: CommitSha): ArtifactName {
  return artifactTypes[released.type].builtName(service, released, source)
}

/** The name that a promotion gives the artifact, after the release. */
export function releaseName(tag: ReleaseTag, config: ServiceConfig): ArtifactName {
  return artifactTypes[artifactTypeOf(config)].releaseName(tag, config)
}

/** The object tags of an artifact in S3: its service, and the commit that it was built from. */
export function objectTags(service: ServiceName, source: CommitSha): Record<string, string> {
  return { service, 'source-commit': source }
}

/** What every key that belongs to a release begins with. */
export const releasesPrefix = 'releases/'

/** Patterns of all keys in the artifact bucket that Waybill writes: each object once. */
export const keyPatterns = { builds: 'builds/*', releases: `${releasesPrefix}*` } as const

/** The release name of an artifact in the store that holds another one. */
export function releaseNameBeside(name: ArtifactName, tag: ReleaseTag): ArtifactName {
  return artifactTypes[name.type].renamed(name, tag)
}

/** The key of a release's record in the artifact bucket. */
export function recordKey(tag: ReleaseTag): string {
  return `${releasesPrefix}${printTag(tag)}.json`
}

/** Prints an artifact's name: `service-a-image:service-a-v1.1.0` or `releases/service-b-v1.1.0.zip`. */
export function printArtifactName(name: ArtifactName): string {
  return artifactTypes[name.type].print(name)
}
