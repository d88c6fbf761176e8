import { type Attempt, attemptAsync, errorsOf, unwrap, valuesOf } from '../../base/attempt.ts'
import { joinErrors } from '../../base/join-errors.ts'
import { UserError } from '../../base/user-error.ts'
import { catalogueErrors } from '../../catalogue/errors.ts'
import { serviceFile } from '../../catalogue/inputs.ts'
import { parseServiceConfig, type ServiceConfig } from '../../catalogue/service-config.ts'
import { serviceJsonSource } from '../../catalogue/sources.ts'
import { filesAt, readAt } from '../../git/io/files.ts'
import type { Git } from '../../git/io/git.ts'
import { type CommitSha, short } from '../../names/commit.ts'
import { isServiceName, type ServiceName, serviceCandidates } from '../../names/service-name.ts'

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
  const [read] = await readServicesAt(git, [{ service, commit }])
  return read && unwrap(read)
}

/** Reads services at commits, each unusable one as its own error; many commits share a text, which is parsed once. */
export async function readServicesAt(
  git: Git,
  all: readonly { readonly service: ServiceName; readonly commit: CommitSha }[],
): Promise<Attempt<ServiceConfig | undefined>[]> {
  const known = new Map<string, ServiceConfig>()
  return await Promise.all(
    all.map(({ service, commit }) =>
      attemptAsync(async () => {
        const text = await readAt(git, commit, serviceFile(service))
        if (text === undefined) return undefined
        const id = `${service} ${text}`
        const config =
          known.get(id) ?? parseServiceConfig(text, serviceJsonSource(service, ` at ${short(commit)}`))
        known.set(id, config)
        return config
      }),
    ),
  )
}

/** Reads the services that a person names as they are at a commit; every one that is missing is reported. */
export async function findServicesAt(
  git: Git,
  named: readonly ServiceName[],
  commit: CommitSha,
): Promise<ServiceAt[]> {
  const found = await Promise.all(named.map(name => attemptAsync(() => requireServiceAt(git, name, commit))))
  joinErrors(errorsOf(found))
  return [...new Map(valuesOf(found).map(one => [one.service, one])).values()]
}

/** `a` means `service-a` when there is no folder `a`. */
async function requireServiceAt(git: Git, named: ServiceName, commit: CommitSha): Promise<ServiceAt> {
  for (const service of serviceCandidates(named)) {
    const config = await readServiceAt(git, service, commit)
    if (config !== undefined) return { service, config }
  }
  throw await unknownService(git, named, commit)
}

/** The error for a service that does not exist at a commit; it lists those that do. */
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
