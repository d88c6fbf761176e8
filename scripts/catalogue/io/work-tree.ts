import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { attemptAsync, valuesOf } from '../../base/attempt.ts'
import { joinErrors } from '../../base/join-errors.ts'
import type { ServiceName } from '../../names/service-name.ts'
import type { Environments } from '../environments.ts'
import type { ServicesSeen } from '../find-service.ts'
import type { ServiceConfig } from '../service-config.ts'
import { environmentsFile, noEnvironmentsFile, parseEnvironmentsFile, parseServiceFile } from '../sources.ts'

/** Reads `cdktf/environments.json` in the work tree. */
export async function readEnvironments(root: string): Promise<Environments> {
  const text = await readFile(join(root, environmentsFile), 'utf8').catch(error => {
    throw noEnvironmentsFile(error)
  })
  return parseEnvironmentsFile(text)
}

/** Reads every `services/<name>/service.json` in the work tree, or throws an error with the faults of all. */
export async function readServices(root: string): Promise<ReadonlyMap<ServiceName, ServiceConfig>> {
  const { services, broken } = await attemptToReadServices(root)
  joinErrors([...broken.values()])
  return services
}

/** The same, but one that cannot be used does not hide the others. */
export async function attemptToReadServices(root: string): Promise<ServicesSeen> {
  const entries = await readdir(join(root, 'services'), { withFileTypes: true }).catch(() => [])
  const folders = entries.filter(entry => entry.isDirectory()).map(entry => entry.name)
  const read = await Promise.all(
    folders.toSorted().map(async name => [name, await attemptAsync(() => readService(root, name))] as const),
  )
  const usable = valuesOf(read.map(([, one]) => one)).filter(one => one !== undefined)
  const faults = read.flatMap(([name, one]) => ('error' in one ? [[name, one.error] as const] : []))
  return { services: new Map(usable), broken: new Map(faults) }
}

/** Reads the service.json of one folder in `services/`; undefined if it has none. */
async function readService(
  root: string,
  folder: string,
): Promise<readonly [ServiceName, ServiceConfig] | undefined> {
  const text = await readFile(join(root, 'services', folder, 'service.json'), 'utf8').catch(() => undefined)
  return text === undefined ? undefined : parseServiceFile(folder, text)
}
