import { realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { attemptAsync, valuesOf } from '../../base/attempt.ts'
import { entriesOf, isMissing, readTextFile } from '../../base/io/read-file.ts'
import { joinErrors } from '../../base/join-errors.ts'
import { plain, quote } from '../../base/printable.ts'
import { UserError } from '../../base/user-error.ts'
import type { ServiceName } from '../../names/service-name.ts'
import type { Environments } from '../environments.ts'
import { catalogueErrors } from '../errors.ts'
import type { ServicesSeen } from '../find-service.ts'
import type { ServiceConfig } from '../service-config.ts'
import { environmentsFile, noEnvironmentsFile, parseEnvironmentsFile, parseServiceFile } from '../sources.ts'

/** Reads `cdktf/environments.json` in the work tree. */
export async function readEnvironments(root: string): Promise<Environments> {
  const text = await readOwn(root, environmentsFile).catch(error => {
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
  const entries = await entriesOf(join(root, 'services'))
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
  const text = await readOwn(root, `services/${folder}/service.json`).catch(error => {
    if (isMissing(error)) return undefined
    throw error
  })
  return text === undefined ? undefined : parseServiceFile(folder, text)
}

// A commit has only the target of a link, so what is behind one is not what is released.
async function readOwn(root: string, path: string): Promise<string> {
  const [home, file] = await Promise.all([realpath(root), realpath(join(root, path))])
  if (file === join(home, path)) return await readTextFile(file)
  throw new UserError(catalogueErrors['file-behind-link'], `${plain(path)} is behind a link`, {
    cause: `it leads to ${quote(file)}`,
  })
}
