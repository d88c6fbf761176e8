import { UserError } from '../base/user-error.ts'
import type { Digest } from '../names/digest.ts'
import { artifactsErrors } from './errors.ts'
import { printArtifactName } from './names.ts'
import type { ArtifactName } from './types.ts'

/** The error for a release name that another artifact already has; `found` is undefined where its store has no digest. */
export function nameTaken(name: ArtifactName, wanted: Digest, found: Digest | undefined): UserError {
  const problem = `${printArtifactName(name)} exists with other content`
  return new UserError(artifactsErrors['artifact-conflict'], problem, {
    cause: `it has ${found ?? 'no SHA-256'}, not ${wanted}`,
    remedy: 'A release never changes: release the commit under the next version.',
  })
}
