import type { ArtifactStoreConfig, Environment } from '../../../scripts/catalogue/environments.ts'
import { serviceFile } from '../../../scripts/catalogue/inputs.ts'
import type { ServiceConfig } from '../../../scripts/catalogue/service-config.ts'
import { parseTag, type ReleaseTag } from '../../../scripts/names/release-tag.ts'
import type { Target } from '../../../scripts/names/target.ts'
import type { Pin } from '../../../scripts/pin/pin.ts'

/** What the stack of any kind of service is made from: a pinned service in an environment. */
export type ServiceSpec = {
  readonly target: Target
  readonly pin: Pin
  readonly config: ServiceConfig
  readonly environment: Environment
  readonly artifacts: ArtifactStoreConfig
}

/** Where in a VPC something runs. */
export type Network = {
  readonly subnets: readonly string[]
  readonly securityGroups: readonly string[]
}

/** The release that is pinned. */
export function releaseOf({ pin }: ServiceSpec): ReleaseTag {
  // A pin is parsed before it comes here.
  return parseTag(pin.tag) as ReleaseTag
}

/** How a service's service.json is called in messages. */
export function sourceOf({ target }: ServiceSpec) {
  const name = serviceFile(target.service)
  return { name, remedy: `Correct ${name}.` }
}
