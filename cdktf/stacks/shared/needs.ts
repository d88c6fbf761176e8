import { UserError } from '../../../scripts/base/user-error.ts'
import type { ArtifactStoreConfig, Environment } from '../../../scripts/catalogue/environments.ts'
import type { Need } from '../../../scripts/kinds/kind.ts'
import { describeNeeds, unmetNeeds } from '../../../scripts/kinds/needs.ts'
import { printTarget, type Target } from '../../../scripts/names/target.ts'
import { stackErrors } from '../../../scripts/stack/errors.ts'

type Field<Name extends Need> = Exclude<Name, 'securityGroups'>

/** Returns the fields of an environment that a service needs, or throws an error that lists the missing ones. */
export function need<Name extends Need>(
  target: Target,
  environment: Environment,
  needs: readonly Name[],
): { readonly [Named in Field<Name>]: NonNullable<Environment[Named]> } {
  const absent = unmetNeeds(needs, environment)
  if (absent.length > 0) throw missing(target, absent)
  return environment as { readonly [Named in Field<Name>]: NonNullable<Environment[Named]> }
}

function missing(target: Target, needs: readonly Need[]): UserError {
  const { what, example } = describeNeeds(needs)
  return new UserError(
    stackErrors['setting-missing'],
    `${printTarget(target)} needs ${what}, which cdktf/environments.json does not name`,
    { remedy: `Add to ${target.environment} there: ${example}` },
  )
}

/** Refuses a function outside the region of the artifacts, since Lambda takes code from its own region only. */
export function needSameRegion(
  target: Target,
  { region }: Environment,
  artifacts: ArtifactStoreConfig,
): void {
  if (region === artifacts.region) return
  throw new UserError(
    stackErrors['setting-region'],
    `${printTarget(target)} would run in ${region}, but its artifacts are in ${artifacts.region}`,
    {
      cause: 'Lambda takes code only from a bucket or repository in its own region',
      remedy: `Set the region of ${target.environment} to ${artifacts.region}, or keep the artifacts in ${region}.`,
    },
  )
}
