import { commitName, releaseName } from '../artifacts/names.ts'
import type { ArtifactName } from '../artifacts/types.ts'
import type { ServiceConfig } from '../catalogue/service-config.ts'
import type { CommitSha, ObjectId } from '../names/commit.ts'
import type { ReleaseTag } from '../names/release-tag.ts'

/** A release whose tag was verified: everything that its record binds, except the digest. */
export type Release = {
  readonly tag: ReleaseTag
  readonly tagObject: ObjectId
  readonly commit: CommitSha
  readonly sourceCommit: CommitSha
  /** The artifact's commit name: where the build stored it. */
  readonly built: ArtifactName
  /** The artifact's release name: what the promotion makes. */
  readonly released: ArtifactName
}

/** Makes a release; its artifact's names follow from the service as it was at the commit. */
export function makeRelease(
  parts: Pick<Release, 'tag' | 'tagObject' | 'commit' | 'sourceCommit'>,
  config: ServiceConfig,
): Release {
  return {
    ...parts,
    built: commitName(parts.tag.service, config, parts.sourceCommit),
    released: releaseName(parts.tag, config),
  }
}
