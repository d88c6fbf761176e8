import { repositoryName } from '../../scripts/artifacts/names.ts'
import { UserError } from '../../scripts/base/user-error.ts'
import type { Environments } from '../../scripts/catalogue/environments.ts'
import { catalogueErrors } from '../../scripts/catalogue/errors.ts'
import { serviceFile } from '../../scripts/catalogue/inputs.ts'
import type { ServiceConfig } from '../../scripts/catalogue/service-config.ts'
import { checkNames, type Named } from '../../scripts/catalogue/targets.ts'
import type { ServiceName } from '../../scripts/names/service-name.ts'
import { printTarget } from '../../scripts/names/target.ts'
import { stackErrors } from '../../scripts/stack/errors.ts'

/** The services and environments of a repository. */
export type Catalogue = {
  readonly environments: Environments
  readonly services: Readonly<Record<ServiceName, ServiceConfig>>
}

/** Finds what two services would both take, and what AWS or environments.json does not know, pinned or not. */
export function checkCatalogue(catalogue: Catalogue): UserError[] {
  const all = everyTarget(catalogue)
  return [
    ...checkNames(all),
    ...checkRepositories(catalogue),
    ...checkPriorities(catalogue, all),
    ...checkEnvironmentNames(catalogue),
  ]
}

function servicesOf({ services }: Catalogue): [ServiceName, ServiceConfig][] {
  return Object.entries(services) as [ServiceName, ServiceConfig][]
}

function everyTarget(catalogue: Catalogue): Named[] {
  return servicesOf(catalogue).flatMap(([service, config]) =>
    Object.entries(catalogue.environments.environments).map(([environment, { account, region }]) => ({
      target: { service, environment },
      config,
      account,
      region,
    })),
  )
}

// Builds are tagged with their source commit alone, so those of two services would have the same tag.
function checkRepositories(catalogue: Catalogue): UserError[] {
  const withImages = servicesOf(catalogue).filter(([, { kind }]) => kind !== 'lambda-zip')
  const byName = Map.groupBy(withImages, ([service, config]) => repositoryName(service, config))
  return [...byName]
    .filter(([, sharing]) => sharing.length > 1)
    .map(([name, sharing]) => {
      const services = sharing.map(([service]) => service).join(' and ')
      return new UserError(
        catalogueErrors['repository-shared'],
        `${services} have their images in one repository, ${name}`,
        {
          cause: 'a build is tagged with its source commit, which two services can have in common',
          remedy: 'Give each a repository of its own in its service.json.',
        },
      )
    })
}

function checkPriorities({ environments }: Catalogue, all: readonly Named[]): UserError[] {
  const routed = all.flatMap(({ target, config }) => {
    const priority = priorityOf(config, target.environment)
    return priority === undefined ? [] : [{ target, priority }]
  })
  const byRule = Map.groupBy(routed, ({ target: { environment }, priority }) => {
    // Two environments can share a listener, and then their rules stand in one list.
    const listener = environments.environments[environment]?.listener ?? environment
    return `${listener} ${priority}`
  })
  return [...byRule.values()]
    .filter(sharing => sharing.length > 1)
    .map(sharing => {
      const targets = sharing.map(({ target }) => printTarget(target)).join(' and ')
      return new UserError(
        stackErrors['route-priority'],
        `${targets} have the priority ${sharing[0]?.priority} on one listener`,
        {
          cause: 'a listener has one rule of a priority',
          remedy: 'Give each another priority in the route of its service.json.',
        },
      )
    })
}

// What one service says wrongly must not keep the others from being deployed, so nothing more is read here.
function priorityOf(config: ServiceConfig, environment: string): number | undefined {
  if (config.kind !== 'ecs-service') return undefined
  const own = config.environments?.[environment]
  const route = own?.route ?? config.settings?.route
  return (route as { priority: number } | undefined)?.priority
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
            `${serviceFile(service)} has settings for ${name}, which is no environment`,
            {
              cause: `environments.json has ${known.join(', ')}`,
              remedy: `Correct the name, or add ${name} to cdktf/environments.json.`,
            },
          ),
      ),
  )
}
