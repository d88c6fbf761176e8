import { type Attempt, andThen, attempt, errorsOf, unwrap, valuesOf } from '../../base/attempt.ts'
import { joinErrors } from '../../base/join-errors.ts'
import { UserError } from '../../base/user-error.ts'
import { servicesAt } from '../../build/io/service-at-commit.ts'
import { type Environment, findEnvironment, mainBranch } from '../../catalogue/environments.ts'
import { findService, type ServicesSeen } from '../../catalogue/find-service.ts'
import { pinsFolder } from '../../catalogue/inputs.ts'
import { readOwnFiles } from '../../catalogue/io/own-files.ts'
import { attemptToReadServices } from '../../catalogue/io/work-tree.ts'
import { filesAt, readAt } from '../../git/io/files.ts'
import { fetchBranch, fetchHead, type RemoteRefs, remoteRefs } from '../../git/io/remote.ts'
import type { CommitSha } from '../../names/commit.ts'
import { isServiceName, type ServiceName, serviceCandidates } from '../../names/service-name.ts'
import { printTarget, type Target } from '../../names/target.ts'
import type { Project } from '../../project/io/project.ts'
import { pinErrors } from '../errors.ts'
import { type Pin, parsePin, pinPath, tagInPin } from '../pin.ts'

/** A service that is pinned in an environment, as the remote has it. */
export type PinnedTarget = Target & { readonly pin: Pin; readonly pinText: string }

/** An environment with what is pinned there on the remote, and the services of this work tree. */
export type Pinned = ServicesSeen & {
  readonly name: string
  readonly environment: Environment
  readonly refs: RemoteRefs
  /** The head of the remote's main branch. */
  readonly head: CommitSha
  /** The services that have a folder at that head. */
  readonly folders: ReadonlySet<ServiceName>
  /** What this work tree adds to the stacks of services, as text. */
  readonly own: ReadonlyMap<ServiceName, string>
  /** Every pin of the environment, or why it cannot be read. */
  readonly pins: ReadonlyMap<ServiceName, Attempt<PinnedTarget>>
}

/** Reads what the remote's main branch pins in an environment. */
export async function observePinned(project: Project, name: string): Promise<Pinned> {
  const { git, environments } = project
  const environment = findEnvironment(environments, name)
  const [refs, services] = await Promise.all([remoteRefs(git), attemptToReadServices(git.root)])
  const head = await fetchHead(git, refs, mainBranch(environments))
  const [pins, folders, own] = await Promise.all([
    readPinsAt(project, head, name),
    servicesAt(git, head),
    readOwnFiles(git.root, services.services.keys()),
  ])
  return { ...services, name, environment, refs, head, folders: new Set(folders), own, pins }
}

async function readPinsAt(
  { git }: Project,
  head: CommitSha,
  environment: string,
): Promise<Map<ServiceName, Attempt<PinnedTarget>>> {
  const folder = `${pinsFolder}${environment}/`
  const paths = (await filesAt(git, head, folder)).filter(path => path.endsWith('.json'))
  const services = paths.map(path => path.slice(folder.length, -'.json'.length)).filter(isServiceName)
  const pins = services.map(async service => {
    const path = pinPath(environment, service)
    const pinText = (await readAt(git, head, path)) ?? ''
    const pin = attempt(() => parsePin(pinText, path))
    return [service, andThen(pin, value => ({ service, environment, pin: value, pinText }))] as const
  })
  return new Map(await Promise.all(pins))
}

/** The services that are pinned in an environment and cannot be deployed, since a file of theirs is unusable, and why. */
export function unusableTargets({ pins, broken }: Pinned): [ServiceName, UserError][] {
  return [...pins].flatMap(([service, pin]): [ServiceName, UserError][] => {
    const fault = 'error' in pin ? pin.error : broken.get(service)
    return fault === undefined ? [] : [[service, fault]]
  })
}

/**
 * The pinned services that a person names, or all that are pinned and exist; throws when a named one has no pin that
 * can be read.
 */
export function chooseTargets(pinned: Pinned, named: readonly ServiceName[] | undefined): PinnedTarget[] {
  if (named === undefined)
    return valuesOf([...pinned.pins.values()]).filter(({ service }) => pinned.services.has(service))
  const found = named.map(name => attempt(() => findPinned(pinned, name)))
  joinErrors(errorsOf(found))
  // `a` and `service-a` may both have been named.
  return [...new Set(valuesOf(found))]
}

function findPinned(pinned: Pinned, name: ServiceName): PinnedTarget {
  const candidates = serviceCandidates(name)
  const orphan = candidates.find(one => pinned.pins.has(one))
  if (orphan !== undefined && !candidates.some(one => pinned.services.has(one) || pinned.broken.has(one)))
    throw orphaned(pinned, orphan)
  const service = findService(pinned, name)
  const pin = pinned.pins.get(service)
  if (pin === undefined) throw noPin(pinned, service)
  return unwrap(pin)
}

function orphaned({ name }: Pinned, service: ServiceName): UserError {
  const path = pinPath(name, service)
  return new UserError(pinErrors['pin-orphaned'], `${service} is pinned in ${name}, but it is gone`, {
    cause: `the remote has ${path}, but there is no services/${service}/service.json here`,
    remedy: `make destroy ENV=${name} SERVICE=${service} takes it down; then remove ${path} in a commit. Or bring services/${service} back.`,
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
 * Reads the pins on the remote again, just before something is done for them, and refuses those that have changed.
 * `done` says what was done by then.
 */
export async function requirePinsUnchanged(
  project: Project,
  pinned: Pinned,
  targets: readonly PinnedTarget[],
  done: string,
): Promise<void> {
  const { git, environments } = project
  const branch = mainBranch(environments)
  const head = (await remoteRefs(git)).branches.get(branch)
  if (head === pinned.head) return
  if (head !== undefined) await fetchBranch(git, branch, head)
  const texts = await Promise.all(
    targets.map(async ({ environment, service }) => head && readAt(git, head, pinPath(environment, service))),
  )
  joinErrors(
    targets.flatMap((target, index) =>
      texts[index] === target.pinText ? [] : [pinChanged(target, texts[index], done)],
    ),
  )
}

function pinChanged(target: PinnedTarget, text: string | undefined, done: string): UserError {
  const now = text === undefined ? 'nothing' : tagInPin(text)
  return new UserError(
    pinErrors['pin-changed'],
    `the pin of ${printTarget(target)} has changed since it was planned`,
    {
      cause: `the plan is for ${target.pin.tag}, but the remote now pins ${now}`,
      remedy: `${done} Run this again.`,
    },
  )
}
