import type { JsonSource } from '../base/parse-json.ts'
import { quote } from '../base/printable.ts'
import { UserError } from '../base/user-error.ts'
import { isServiceName, type ServiceName } from '../names/service-name.ts'
import { type Environments, parseEnvironments } from './environments.ts'
import { catalogueErrors } from './errors.ts'
import { serviceFile } from './inputs.ts'
import { parseServiceConfig, type ServiceConfig } from './service-config.ts'

/** The path of the file that says where artifacts and environments are. */
export const environmentsFile = 'cdktf/environments.json'

/** Reads the text of environments.json. */
export function parseEnvironmentsFile(text: string): Environments {
  const remedy = `Correct ${environmentsFile}; docs/schemas/environments.schema.json describes it.`
  return parseEnvironments(text, { name: environmentsFile, remedy })
}

/** The error for an environments.json that cannot be read. */
export function noEnvironmentsFile(origin: unknown): UserError {
  const cause = origin instanceof Error ? origin.message : String(origin)
  return new UserError(catalogueErrors['environments-missing'], `${environmentsFile} cannot be read`, {
    cause,
    origin,
  })
}

/** Reads the text of the service.json in a folder of `services/`. */
export function parseServiceFile(folder: string, text: string): readonly [ServiceName, ServiceConfig] {
  if (!isServiceName(folder)) throw badFolder(folder)
  return [folder, parseServiceConfig(text, serviceJsonSource(folder))]
}

/** How a service.json is named in messages; `where` as in " at 3f2a9c1b40". */
export function serviceJsonSource(service: ServiceName, where = ''): JsonSource {
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
  )
}
