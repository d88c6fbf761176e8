import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { joinErrors } from '../../base/join-errors.ts'
import { quote } from '../../base/printable.ts'
import { UserError } from '../../base/user-error.ts'
import { isServiceName, type ServiceName } from '../../names/service-name.ts'
import { type Environments, parseEnvironments } from '../environments.ts'
import { catalogueErrors } from '../errors.ts'
import { serviceFile } from '../inputs.ts'
import { parseServiceConfig, type ServiceConfig } from '../service-config.ts'

const environmentsFile = 'cdktf/environments.json'

/** Reads `cdktf/environments.json` of the work tree. */
export async function readEnvironments(root: string): Promise<Environments> {
  const text = await readFile(join(root, environmentsFile), 'utf8').catch(error => {
    throw new UserError(catalogueErrors['environments-missing'], `${environmentsFile} cannot be read`, {
      cause: error.message,
      remedy: 'Write it as docs/adopt.md says.',
      origin: error,
    })
  })
  const remedy = `Correct ${environmentsFile}; docs/schemas/environments.schema.json describes it.`
  return parseEnvironments(text, { name: environmentsFile, remedy })
}

/** Reads every `services/<name>/service.json` of the work tree; the faults of all are reported together. */
export async function readServices(root: string): Promise<Map<ServiceName, ServiceConfig>> {
  const folders = await readdir(join(root, 'services'), { withFileTypes: true }).catch(() => [])
  const names = folders.filter(entry => entry.isDirectory()).map(entry => entry.name)
  const services = new Map<ServiceName, ServiceConfig>()
  const faults: UserError[] = []
  for (const name of names.toSorted()) {
    try {
      const config = await readService(root, name)
      if (config !== undefined) services.set(...config)
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      faults.push(error)
    }
  }
  joinErrors(faults)
  return services
}

/** Reads the service.json of one folder of `services/`; undefined when it has none. */
export async function readService(
  root: string,
  folder: string,
): Promise<[ServiceName, ServiceConfig] | undefined> {
  const path = `services/${folder}/service.json`
  const text = await readFile(join(root, path), 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  if (!isServiceName(folder)) throw badFolder(folder)
  return [folder, parseServiceConfig(text, serviceJsonSource(folder))]
}

/** How a service.json is named in messages. */
export function serviceJsonSource(service: ServiceName, where = '') {
  const path = serviceFile(service)
  const correct = where === '' ? `Correct ${path}` : `Correct ${path} in a new commit, and release that`
  return {
    name: `${path}${where}`,
    remedy: `${correct}; docs/schemas/service.schema.json describes it.`,
  }
}

function badFolder(folder: string): UserError {
  return new UserError(
    catalogueErrors['service-folder-name'],
    `the folder services/${quote(folder)} is not named as a service may be`,
    {
      remedy:
        'Use lower-case letters, digits and single hyphens, beginning with a letter: services/service-a',
    },
  )
}
