import { artifactTypes } from '../../scripts/artifacts/types.ts'
import { UserError } from '../../scripts/base/user-error.ts'
import { serviceFile } from '../../scripts/catalogue/inputs.ts'
import { artifactTypeOf, type ServiceConfig } from '../../scripts/catalogue/service-config.ts'
import { ownPlaces } from '../../scripts/catalogue/settings/own-places.ts'
import { printTarget } from '../../scripts/names/target.ts'
import { artifactTypeOfPin } from '../../scripts/pin/pin.ts'
import { stackErrors } from '../../scripts/stack/errors.ts'
import type { SynthInput } from '../../scripts/stack/synth-input.ts'
import type { ServiceSpec } from '../stacks/shared/spec.ts'

type Pinned = SynthInput['stacks'][number]

/** Finds a pinned service and its environment, or throws a `UserError` if one is missing or the artifact type differs. */
export function pinnedService({ environments, services }: SynthInput, pinned: Pinned): ServiceSpec {
  const { pin, ...target } = pinned
  const config = services[target.service]
  const environment = Object.hasOwn(environments.environments, target.environment)
    ? environments.environments[target.environment]
    : undefined
  if (config === undefined) throw unknown(pinned, `there is no ${serviceFile(target.service)}`)
  if (environment === undefined) throw unknown(pinned, `environments.json has no ${target.environment}`)
  if (artifactTypeOfPin(pin) !== artifactTypeOf(config)) throw otherArtifact(pinned, config)
  const { artifacts, github, terraform } = environments
  const shared = { artifacts, repository: github?.repository, provider: terraform?.awsProvider }
  const own = ownPlaces(services, { name: target.environment, environment })
  return { target, pin, config, environment, ownPlaces: own, ...shared }
}

function unknown({ pin, ...target }: Pinned, reason: string): UserError {
  return new UserError(
    stackErrors['pin-unknown-service'],
    `${pin.tag} is pinned for ${printTarget(target)}, which does not exist`,
    {
      cause: reason,
      remedy: `Remove cdktf/pins/${target.environment}/${target.service}.json, or correct the name.`,
    },
  )
}

function otherArtifact({ pin, ...target }: Pinned, config: ServiceConfig): UserError {
  const [has, is] = [artifactTypeOfPin(pin), artifactTypeOf(config)].map(type => artifactTypes[type].article)
  return new UserError(
    stackErrors['pin-other-artifact'],
    `${pin.tag}, which is pinned for ${printTarget(target)}, is ${has}`,
    {
      cause: `${serviceFile(target.service)} has the kind ${config.kind}, whose artifact is ${is}`,
      remedy: `Release ${target.service} again and pin that release, or set kind back.`,
    },
  )
}
