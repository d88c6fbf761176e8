import { findSharedRepositories } from '../../scripts/artifacts/shared-repositories.ts'
import { UserError } from '../../scripts/base/user-error.ts'
import { checkNames, type Named } from '../../scripts/catalogue/check-names.ts'
import type { Environments } from '../../scripts/catalogue/environments.ts'
import { serviceFile } from '../../scripts/catalogue/inputs.ts'
import type { ServiceConfig } from '../../scripts/catalogue/service-config.ts'
import type { ServiceName } from '../../scripts/names/service-name.ts'
import { stackErrors } from '../../scripts/stack/errors.ts'

/** The services and environments of a repository. */
export type Catalogue = {
  readonly environments: Environments
  readonly services: Readonly<Record<ServiceName, ServiceConfig>>
}

/** Finds names that services share or that are too long, and settings for unknown environments, pinned or not. */
export function checkCatalogue(catalogue: Catalogue): UserError[] {
  return [
    ...checkNames(everyTarget(catalogue), catalogue.environments.quotas),
    ...findSharedRepositories(servicesOf(catalogue)),
    ...checkEnvironmentNames(catalogue),
    ...checkGuardians(catalogue),
  ]
}

function servicesOf({ services }: Catalogue): [ServiceName, ServiceConfig][] {
  return Object.entries(services) as [ServiceName, ServiceConfig][]
}

function everyTarget(catalogue: Catalogue): Named[] {
  return servicesOf(catalogue).flatMap(([service, config]) =>
    Object.entries(catalogue.environments.environments).map(([name, environment]) => ({
      target: { service, environment: name },
      config,
      environment,
    })),
  )
}

/** A guardian that is no service would leave rollouts without anybody to end them. */
function checkGuardians({ environments, services }: Catalogue): UserError[] {
  return Object.entries(environments.environments).flatMap(([name, { guardian }]) => {
    if (guardian === undefined || Object.hasOwn(services, guardian.service)) return []
    const cause = `there is no ${serviceFile(guardian.service)}`
    return [
      new UserError(
        stackErrors['setting-guardian'],
        `${guardian.service} is the guardian of ${name}, and does not exist`,
        { cause },
      ),
    ]
  })
}

function checkEnvironmentNames(catalogue: Catalogue): UserError[] {
  const known = Object.keys(catalogue.environments.environments)
  return servicesOf(catalogue).flatMap(([service, config]) =>
    Object.keys(config.environments ?? {})
      .filter(name => !known.includes(name))
      .map(
        name =>
          new UserError(
            stackErrors['setting-unknown-environment'],
            `${serviceFile(service)} has settings for ${name}, which is not an environment`,
            {
              cause: `environments.json has ${known.join(', ')}`,
              remedy: `Correct the name, or add ${name} to cdktf/environments.json.`,
            },
          ),
      ),
  )
}
