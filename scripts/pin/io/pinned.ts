import { joinErrors } from '../../base/join-errors.ts'
import { UserError } from '../../base/user-error.ts'
import { servicesAt } from '../../build/io/service-at-commit.ts'
import { type Environment, findEnvironment, mainBranch } from '../../catalogue/environments.ts'
import { catalogueErrors } from '../../catalogue/errors.ts'
import { readServices } from '../../catalogue/io/work-tree.ts'
import type { ServiceConfig } from '../../catalogue/service-config.ts'
import { filesAt, readAt } from '../../git/io/files.ts'
import { fetchHead, fetchMissing, type RemoteRefs, remoteRefs } from '../../git/io/remote.ts'
import type { CommitSha } from '../../names/commit.ts'
import { isServiceName, type ServiceName, serviceCandidates } from '../../names/service-name.ts'
import type { Target } from '../../names/target.ts'
import type { Workspace } from '../../workspace/io/workspace.ts'
import { pinErrors } from '../errors.ts'
import { type Pin, parsePin, pinPath, tagInPin } from '../pin.ts'

/** A service that is pinned in an environment, as the remote has it. */
export type PinnedTarget = Target & { readonly pin: Pin; readonly pinText: string }

/** An environment with what is pinned there on the remote, and the services of this work tree. */
export type Pinned = {
  readonly name: string
  readonly environment: Environment
  readonly refs: RemoteRefs
  /** The head of the remote's main branch. */
  readonly head: CommitSha
  readonly services: ReadonlyMap<ServiceName, ServiceConfig>
  /** The services at that head. */
  readonly folders: ReadonlySet<ServiceName>
  readonly pins: ReadonlyMap<ServiceName, PinnedTarget>
  /** What is wrong with the pins that cannot be read. */
  readonly unreadable: ReadonlyMap<ServiceName, UserError>
}

/** Reads what the remote's main branch pins in an environment. */
export async function observePinned(workspace: Workspace, name: string): Promise<Pinned> {
  const { git, environments } = workspace
  const environment = findEnvironment(environments, name)
  const branch = mainBranch(environments)
  const [refs, services] = await Promise.all([remoteRefs(git), readServices(git.root)])
  const head = await fetchHead(git, refs, branch)
  const folder = `cdktf/pins/${name}/`
  const [all, folders] = await Promise.all([filesAt(git, head, folder), servicesAt(git, head)])
  const files = all.filter(path => path.endsWith('.json'))
  const unreadable = new Map<ServiceName, UserError>()
  const found = await Promise.all(
    files.map(async path => {
      const service = path.slice(folder.length, -'.json'.length)
      if (!isServiceName(service)) return []
      const text = (await readAt(git, head, path)) ?? ''
      try {
        return [{ service, environment: name, pin: parsePin(text, path), pinText: text }]
      } catch (error) {
        if (!(error instanceof UserError)) throw error
        unreadable.set(service, error)
        return []
      }
    }),
  )
  return {
    name,
    environment,
    refs,
    head,
    services,
    folders: new Set(folders),
    pins: new Map(found.flat().map(one => [one.service, one])),
    unreadable,
  }
}

/**
 * The pinned services that a person names, or all that are pinned and exist; a named one without a pin that can be
 * read is a `UserError`.
 */
export function chooseTargets(pinned: Pinned, named: readonly ServiceName[] | undefined): PinnedTarget[] {
  if (named === undefined)
    return [...pinned.pins.values()].filter(({ service }) => pinned.services.has(service))
  const errors: UserError[] = []
  const targets = named.flatMap(name => {
    const service = serviceCandidates(name).find(one => pinned.services.has(one))
    if (service === undefined) errors.push(noService(pinned, name))
    const target = service && pinned.pins.get(service)
    if (service !== undefined && target === undefined)
      errors.push(pinned.unreadable.get(service) ?? noPin(pinned, service))
    return target ?? []
  })
  joinErrors(errors)
  // `a` and `service-a` may both have been named.
  return [...new Set(targets)]
}

function noService({ services }: Pinned, name: ServiceName): UserError {
  return new UserError(catalogueErrors['service-unknown'], `there is no service ${name}`, {
    remedy: `services/ has: ${[...services.keys()].join(', ') || 'none'}`,
  })
}

function noPin({ name }: Pinned, service: ServiceName): UserError {
  return new UserError(
    pinErrors['pin-missing'],
    `${service} has no pin in ${name}, so there is nothing to deploy`,
    {
      cause: `the remote has no ${pinPath(name, service)}`,
      remedy: `make pin ENV=${name} TAG=${service}-v<version>`,
    },
  )
}

/**
 * Reads the pins on the remote again, just before something is done for them; one that has changed is refused. `done`
 * says what of it was done by then.
 */
export async function requirePinsUnchanged(
  { git, environments }: Workspace,
  pinned: Pinned,
  targets: readonly PinnedTarget[],
  done: string,
): Promise<void> {
  const branch = mainBranch(environments)
  const head = (await remoteRefs(git)).branches.get(branch)
  if (head === pinned.head) return
  if (head !== undefined) await fetchMissing(git, new Map([[`refs/heads/${branch}`, head]]))
  const changed = await Promise.all(
    targets.map(async ({ service, environment, pin, pinText }) => {
      const path = pinPath(environment, service)
      const text = head && (await readAt(git, head, path))
      if (text === pinText) return []
      const now = text === undefined ? 'nothing' : tagInPin(text)
      return new UserError(
        pinErrors['pin-changed'],
        `the pin of ${service} in ${environment} has changed since it was planned`,
        {
          cause: `the plan is of ${pin.tag}, and the remote pins ${now}`,
          remedy: `${done} Run this again.`,
        },
      )
    }),
  )
  joinErrors(changed.flat())
}
