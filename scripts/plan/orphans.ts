import type { Attempt } from '../base/attempt.ts'
import { environmentNamePattern, ownFolders } from '../names/environment-name.ts'
import { isServiceName, type ServiceName } from '../names/service-name.ts'
import { printTarget, type Target } from '../names/target.ts'
import { accessStack } from '../stack/names.ts'

/** A state that belongs to nothing any more, why, and what to do about it. */
export type Orphan = {
  readonly key: string
  readonly environment: string
  /** Undefined if the state is that of CI's roles. */
  readonly service: ServiceName | undefined
  /** The service or the stack, as a person reads it. */
  readonly subject: string
  readonly why: string
  readonly remedy: string
}

/** An orphan that still has resources, or whose state cannot be read. */
export type OrphanedState = Orphan & { readonly address: string; readonly resources: Attempt<number> }

/** What a state may belong to. */
export type Owners = {
  /** The environment whose services are known here. */
  readonly name: string
  /** All environments. */
  readonly environments: ReadonlySet<string>
  /** The services that have a folder. */
  readonly folders: ReadonlySet<ServiceName>
  /** The services that are pinned in the environment. */
  readonly pins: ReadonlyMap<ServiceName, unknown>
}

/** Finds, among the keys of an environment's state bucket, the states of services and environments that are gone. */
export function findOrphans(keys: readonly string[], owners: Owners): Orphan[] {
  return keys.flatMap(key => {
    const [, folder, rest] = /^([^/]+)\/([^/]+)\.tfstate$/.exec(key) ?? []
    if (folder === undefined || rest === undefined || folder === ownFolders.plans) return []
    if (folder === ownFolders.roles) return isEnvironment(rest) ? findRoles(key, rest, owners) : []
    if (!isEnvironment(folder) || !isServiceName(rest)) return []
    const target = { environment: folder, service: rest }
    if (!owners.environments.has(folder))
      return [{ key, ...target, subject: printTarget(target), ...isGone(folder) }]
    const why = reason(owners, target)
    const remedy = `make destroy ENV=${folder} SERVICE=${rest}`
    return why === undefined ? [] : [{ key, ...target, subject: rest, why, remedy }]
  })
}

function isEnvironment(name: string): boolean {
  return environmentNamePattern.test(name)
}

function findRoles(key: string, environment: string, { environments }: Owners): Orphan[] {
  if (environments.has(environment)) return []
  const subject = accessStack(environment).stack
  return [{ key, environment, service: undefined, subject, ...isGone(environment) }]
}

function isGone(environment: string): Pick<Orphan, 'why' | 'remedy'> {
  return {
    why: `there is no environment ${environment}`,
    remedy: 'docs/operate.md says how to remove an environment',
  }
}

function reason({ name, folders, pins }: Owners, { environment, service }: Target): string | undefined {
  // The states of another environment are compared with its own pins.
  if (environment !== name) return undefined
  if (!folders.has(service)) return `there is no services/${service}`
  // An unreadable pin still counts.
  return pins.has(service) ? undefined : `it has no pin in ${name}`
}
