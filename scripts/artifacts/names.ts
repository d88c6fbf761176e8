import type { ServiceConfig } from '../catalogue/service-config.ts'
import type { CommitSha } from '../names/commit.ts'
import { printTag, type ReleaseTag } from '../names/release-tag.ts'
import type { ServiceName } from '../names/service-name.ts'

/** Where an image is stored: `<repository>:<tag>`. */
export type ImageName = { readonly type: 'image'; readonly repository: string; readonly tag: string }

/** Where a zip is stored in the artifact bucket. */
export type ZipName = { readonly type: 'zip'; readonly key: string }

/** The name of an artifact in its store. */
export type ArtifactName = ImageName | ZipName

/** The ECR repository of a service whose artifact is an image. */
export function repositoryName(service: ServiceName, config: ServiceConfig): string {
  return ('repository' in config ? config.repository : undefined) ?? `${service}-image`
}

/** The name that a build gives the artifact, after the service's source commit. */
export function commitName(service: ServiceName, config: ServiceConfig, source: CommitSha): ArtifactName {
  if (config.kind === 'lambda-zip') return { type: 'zip', key: `builds/${service}-${source}.zip` }
  return { type: 'image', repository: repositoryName(service, config), tag: source }
}

/** The commit name of an artifact that was released under another name. */
export function builtName(service: ServiceName, released: ArtifactName, source: CommitSha): ArtifactName {
  if (released.type === 'zip') return { type: 'zip', key: `builds/${service}-${source}.zip` }
  return { type: 'image', repository: released.repository, tag: source }
}

/** The name that a promotion gives the artifact, after the release. */
export function releaseName(tag: ReleaseTag, config: ServiceConfig): ArtifactName {
  if (config.kind === 'lambda-zip') return { type: 'zip', key: `releases/${printTag(tag)}.zip` }
  return { type: 'image', repository: repositoryName(tag.service, config), tag: printTag(tag) }
}

/** The key of a release's record in the artifact bucket. */
export function recordKey(tag: ReleaseTag): string {
  return `releases/${printTag(tag)}.json`
}

/** Prints an artifact's name: `service-a-image:service-a-v1.1.0` or `releases/service-b-v1.1.0.zip`. */
export function printArtifactName(name: ArtifactName): string {
  return name.type === 'image' ? `${name.repository}:${name.tag}` : name.key
}
