import { asUserError } from '../base/machine-error.ts'
import type { JsonSource } from '../base/parse-json.ts'
import { quote } from '../base/printable.ts'
import { schemasFolder } from '../base/program/place.ts'
import { UserError } from '../base/user-error.ts'
import { isServiceName, type ServiceName } from '../names/service-name.ts'
import { type Environments, parseEnvironments } from './environments.ts'
import { catalogueErrors } from './errors.ts'
import { serviceFile } from './inputs.ts'
import { parseServiceConfig, type ServiceConfig } from './service-config.ts'

/** The path of environments.json. */
export const environmentsFile = 'cdktf/environments.json'

/** Parses the text of environments.json. */
export function parseEnvironmentsFile(text: string): Environments {
  const remedy = `Correct ${environmentsFile}; ${schemasFolder}/environments.schema.json describes it.`
  return parseEnvironments(text, { name: environmentsFile, remedy })
}

/** The error for an environments.json that cannot be read. */
export function noEnvironmentsFile(origin: unknown): UserError {
  const known = asUserError(origin)
  if (known !== undefined) return known
  const cause = origin instanceof Error ? origin.message : String(origin)
  return new UserError(catalogueErrors['environments-missing'], `${environmentsFile} cannot be read`, {
    cause,
    origin,
  })
}

/** Parses the text of the service.json in a folder of `services/`. */
export function parseServiceFile(folder: string, text: string): readonly [ServiceName, ServiceConfig] {
  if (!isServiceName(folder)) throw badFolder(folder)
  return [folder, parseServiceConfig(text, serviceJsonSource(folder))]
}

/** What messages call a service.json; `where` is a suffix such as " at 3f2a9c1b40". */
export function serviceJsonSource(service: ServiceName, where = ''): JsonSource {
  const path = serviceFile(service)
  const correct = where === '' ? `Correct ${path}` : `Correct ${path} in a new commit, and release that`
  return {
    name: `${path}${where}`,
    remedy: `${correct}; ${schemasFolder}/service.schema.json describes it.`,
  }
}

function badFolder(folder: string): UserError {
  return new UserError(
    catalogueErrors['service-folder-name'],
    `the folder services/${quote(folder)} does not have a valid service name`,
  )
}
