import { UserError } from '../base/user-error.ts'
import { type Environments, findEnvironment } from '../catalogue/environments.ts'
import { environmentsFile } from '../catalogue/sources.ts'
import { printTag, type ReleaseTag } from '../names/release-tag.ts'
import { finalOf, isPreRelease } from '../names/version-order.ts'
import { pinErrors } from './errors.ts'

/** Throws if a release is a pre-release and the environment does not accept those. */
export function requireAccepted(environments: Environments, environment: string, tag: ReleaseTag): void {
  if (findEnvironment(environments, environment).preReleases || !isPreRelease(tag.version)) return
  throw new UserError(
    pinErrors['pin-pre-release'],
    `${environment} does not accept pre-releases, and ${printTag(tag)} is one`,
    {
      cause: `preReleases is false for ${environment} in ${environmentsFile}`,
      remedy: `Release the final version and pin that: make release SERVICE=${tag.service} VERSION=${finalOf(tag.version)}`,
    },
  )
}
