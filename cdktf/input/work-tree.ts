import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { attempt, errorsOf, unwrap, valuesOf } from '../../scripts/base/attempt.ts'
import { joinErrors } from '../../scripts/base/join-errors.ts'
import type { Environments } from '../../scripts/catalogue/environments.ts'
import {
  environmentsFile,
  noEnvironmentsFile,
  parseEnvironmentsFile,
  parseServiceFile,
} from '../../scripts/catalogue/sources.ts'
import { isServiceName, type ServiceName } from '../../scripts/names/service-name.ts'
import type { Target } from '../../scripts/names/target.ts'
import { parsePin, pinPath } from '../../scripts/pin/pin.ts'
import type { SynthInput } from '../../scripts/stack/synth-input.ts'

/** The work tree as the input of a synth, and the targets without a pin. */
export type WorkTree = { readonly input: SynthInput; readonly unpinned: readonly Target[] }

/** Reads environments.json, every service.json and every pin below a folder, or throws an error with all faults. */
export function collectWorkTree(root: string, outdir: string): WorkTree {
  const environments = attempt(() => readEnvironments(root))
  const services = folders(join(root, 'services')).map(name => attempt(() => readService(root, name)))
  const pins = pinFiles(root).map(file => attempt(() => ({ ...file, pin: readPin(root, file) })))
  joinErrors(errorsOf([environments, ...services, ...pins]))
  const input = {
    outdir,
    root,
    environments: unwrap(environments),
    services: Object.fromEntries(valuesOf(services)),
    foundation: true,
    stacks: valuesOf(pins),
  }
  return { input, unpinned: unpinned(input) }
}

function unpinned({ environments, services, stacks }: SynthInput): Target[] {
  return Object.keys(environments.environments).flatMap(environment =>
    (Object.keys(services) as ServiceName[])
      .filter(service => !stacks.some(one => one.service === service && one.environment === environment))
      .map(service => ({ service, environment })),
  )
}

function readEnvironments(root: string): Environments {
  return parseEnvironmentsFile(readEnvironmentsFile(root))
}

function readEnvironmentsFile(root: string): string {
  try {
    return readFileSync(join(root, environmentsFile), 'utf8')
  } catch (error) {
    throw noEnvironmentsFile(error)
  }
}

function readService(root: string, folder: string) {
  return parseServiceFile(folder, readFileSync(join(root, 'services', folder, 'service.json'), 'utf8'))
}

function readPin(root: string, { environment, service }: Target) {
  const path = pinPath(environment, service)
  return parsePin(readFileSync(join(root, path), 'utf8'), path)
}

function folders(parent: string): string[] {
  return entries(parent).filter(name => existsSync(join(parent, name, 'service.json')))
}

function pinFiles(root: string): Target[] {
  const pins = join(root, 'cdktf', 'pins')
  return entries(pins).flatMap(environment =>
    entries(join(pins, environment))
      .filter(file => file.endsWith('.json'))
      .map(file => file.slice(0, -'.json'.length))
      .filter(isServiceName)
      .map(service => ({ service, environment })),
  )
}

/** The names in a folder, in the same order on every machine; empty if the folder does not exist. */
function entries(folder: string): string[] {
  try {
    return readdirSync(folder).toSorted()
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT' || code === 'ENOTDIR') return []
    throw error
  }
}
