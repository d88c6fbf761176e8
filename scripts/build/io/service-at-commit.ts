import { UserError } from '../../base/user-error.ts'
import { catalogueErrors } from '../../catalogue/errors.ts'
import { type InputsMatcher, inputsMatcher, serviceFile } from '../../catalogue/inputs.ts'
import { parseServiceConfig, type ServiceConfig } from '../../catalogue/service-config.ts'
import { serviceJsonSource } from '../../catalogue/sources.ts'
import { filesAt, readAt } from '../../git/io/files.ts'
import type { Git } from '../../git/io/git.ts'
import { history } from '../../git/io/history.ts'
import type { CommitSha } from '../../names/commit.ts'
import { short } from '../../names/commit.ts'
import { isServiceName, type ServiceName, serviceCandidates } from '../../names/service-name.ts'
import { beginSearch, searchFurther } from '../source-commit.ts'

/** A service as it is at a commit. */
export type ServiceAt = { readonly service: ServiceName; readonly config: ServiceConfig }

/** The services at a commit: the folders of `services/` that hold a service.json. */
export async function servicesAt(git: Git, commit: CommitSha): Promise<ServiceName[]> {
  const files = await filesAt(git, commit, 'services/')
  const folders = files.flatMap(path => /^services\/([^/]+)\/service\.json$/.exec(path)?.[1] ?? [])
  return folders.filter(isServiceName)
}

/** Reads a service as it is at a commit; undefined when it does not exist there. */
export async function readServiceAt(
  git: Git,
  service: ServiceName,
  commit: CommitSha,
): Promise<ServiceConfig | undefined> {
  const text = await readAt(git, commit, serviceFile(service))
  if (text === undefined) return undefined
  return parseServiceConfig(text, serviceJsonSource(service, ` at ${short(commit)}`))
}

/** Reads the service that a person names (`a` means `service-a` when there is no folder `a`). */
export async function findServiceAt(
  git: Git,
  named: ServiceName,
  commit: CommitSha,
): Promise<ServiceAt | undefined> {
  for (const service of serviceCandidates(named)) {
    const config = await readServiceAt(git, service, commit)
    if (config !== undefined) return { service, config }
  }
  return undefined
}

/** The error for a service that does not exist at a commit; it names those that do. */
export async function unknownService(git: Git, named: ServiceName, commit: CommitSha): Promise<UserError> {
  const known = await servicesAt(git, commit)
  return new UserError(
    catalogueErrors['service-unknown'],
    `there is no service ${named} at ${short(commit)}`,
    {
      cause: `neither ${serviceCandidates(named).map(serviceFile).join(' nor ')} is in that commit`,
      remedy:
        known.length === 0 ? 'There are no services at that commit.' : `There are: ${known.join(', ')}.`,
    },
  )
}

/** Finds the source commit of several services at a commit, in one pass over the history. */
export async function findSourceCommits(
  git: Git,
  services: readonly ServiceAt[],
  commit: CommitSha,
): Promise<Map<ServiceName, CommitSha>> {
  const inputs = services.map(({ service, config }): [ServiceName, InputsMatcher] => [
    service,
    inputsMatcher(service, config),
  ])
  let search = beginSearch(new Map(inputs))
  for await (const page of history(git, commit)) {
    search = searchFurther(search, page)
    if (search.open.size === 0) break
  }
  return new Map(search.found)
}

/** Finds the source commit of one service that exists at the commit. */
export async function findSourceCommit(git: Git, service: ServiceAt, commit: CommitSha): Promise<CommitSha> {
  const found = (await findSourceCommits(git, [service], commit)).get(service.service)
  if (found !== undefined) return found
  throw new TypeError(`the history of ${commit} does not show where ${service.service} comes from`)
}
