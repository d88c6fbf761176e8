import type { ArtifactStoreConfig, Environment } from '../../../scripts/catalogue/environments.ts'
import { serviceFile } from '../../../scripts/catalogue/inputs.ts'
import type { ServiceConfig } from '../../../scripts/catalogue/service-config.ts'
import type { OwnPlace } from '../../../scripts/catalogue/settings/own-places.ts'
import type { CommonSettings } from '../../../scripts/kinds/settings.ts'
import { parseTag, type ReleaseTag } from '../../../scripts/names/release-tag.ts'
import type { Target } from '../../../scripts/names/target.ts'
import type { Pin } from '../../../scripts/pin/pin.ts'

/** The input of any service's stack: a pinned service in an environment. */
export type ServiceSpec = {
  readonly target: Target
  readonly pin: Pin
  readonly config: ServiceConfig
  readonly environment: Environment
  readonly artifacts: ArtifactStoreConfig
  /** The services of the environment that keep names or clusters of their own, which its guardian has to know. */
  readonly ownPlaces: readonly OwnPlace[]
  /** The repository on GitHub, where environments.json names it. */
  readonly repository: string | undefined
  /** The versions of Terraform's AWS provider that environments.json requires. */
  readonly provider: string | undefined
}

/** The subnets and security groups that something runs in. */
export type Network = {
  readonly subnets: readonly string[]
  readonly securityGroups: readonly string[]
}

/** Where a service runs: what it names itself, and the network of its environment for the rest. */
export function networkIn(
  { network }: Pick<Environment, 'network'>,
  own: Pick<CommonSettings, 'subnets' | 'securityGroups'>,
): Network {
  const { subnets = [], securityGroups = [] } = network ?? {}
  return { subnets: own.subnets ?? subnets, securityGroups: own.securityGroups ?? securityGroups }
}

/** The pinned release. */
export function releaseOf({ pin }: ServiceSpec): ReleaseTag {
  // Pins are parsed on input.
  return parseTag(pin.tag) as ReleaseTag
}

/** The environment of a service, and its name. */
export function scopeOf({ target, environment }: ServiceSpec) {
  return { name: target.environment, environment }
}

/** What messages call a service's service.json. */
export function sourceOf({ target }: ServiceSpec) {
  const name = serviceFile(target.service)
  return { name, remedy: `Correct ${name}.` }
}
