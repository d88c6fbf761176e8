import { printArtifactName, releaseName } from '../artifacts/names.ts'
import { UserError } from '../base/user-error.ts'
import { serviceFile } from '../catalogue/inputs.ts'
import { artifactTypeOf, type ServiceConfig } from '../catalogue/service-config.ts'
import { printTag } from '../names/release-tag.ts'
import type { ReleaseRecord } from '../release/record.ts'
import { pinErrors } from './errors.ts'

/** Throws if a stack would take the release's artifact from another name than the record says, which nobody has verified. */
export function requireRecordedName({ tag, artifact }: ReleaseRecord, config: ServiceConfig): void {
  // A service whose type of artifact has changed gets an error of its own.
  if (artifactTypeOf(config) !== artifact.type) return
  const [recorded, used] = [artifact, releaseName(tag, config)].map(printArtifactName)
  if (recorded === used) return
  throw new UserError(
    pinErrors['pin-other-name'],
    `the stack of ${tag.service} would not use the artifact that was released as ${printTag(tag)}`,
    {
      cause: `the release record says ${recorded}, but ${serviceFile(tag.service)} leads to ${used}`,
      remedy: `Set repository in ${serviceFile(tag.service)} back, or release ${tag.service} again and pin that.`,
    },
  )
}
