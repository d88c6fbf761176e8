import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { joinErrors } from '../../scripts/base/join-errors.ts'
import { quote } from '../../scripts/base/printable.ts'
import { UserError } from '../../scripts/base/user-error.ts'
import { parseEnvironments } from '../../scripts/catalogue/environments.ts'
import { catalogueErrors } from '../../scripts/catalogue/errors.ts'
import { serviceFile } from '../../scripts/catalogue/inputs.ts'
import { parseServiceConfig } from '../../scripts/catalogue/service-config.ts'
import { isServiceName, type ServiceName } from '../../scripts/names/service-name.ts'
import type { Target } from '../../scripts/names/target.ts'
import { parsePin, pinPath } from '../../scripts/pin/pin.ts'
import type { SynthInput } from '../../scripts/stack/synth-input.ts'
import { gather } from './gather.ts'

/** The work tree as the input of a synth, and the services that have no pin in an environment. */
export type WorkTree = { readonly input: SynthInput; readonly unpinned: readonly Target[] }

/** Reads environments.json, every service.json and every pin below a folder; all faults are reported at once. */
export function collectWorkTree(root: string, outdir: string): WorkTree {
  const read = gather([() => readEnvironments(root)])
  const services = gather(folders(join(root, 'services')).map(name => () => readService(root, name)))
  const pins = gather(pinFiles(root).map(file => () => ({ ...file, pin: readPin(root, file) })))
  joinErrors([...read.errors, ...services.errors, ...pins.errors])
  const [environments] = read.values as [ReturnType<typeof readEnvironments>]
  const stacks = pins.values
  const input = {
    outdir,
    environments,
    services: Object.fromEntries(services.values),
    foundation: true,
    stacks,
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

const environmentsFile = 'cdktf/environments.json'

function readEnvironments(root: string) {
  if (!existsSync(join(root, environmentsFile)))
    throw new UserError(catalogueErrors['environments-missing'], `there is no ${environmentsFile}`, {
      remedy: 'Run it at the root of the repository.',
    })
  return parseEnvironments(readFileSync(join(root, environmentsFile), 'utf8'), {
    name: environmentsFile,
    remedy: `Correct ${environmentsFile}.`,
  })
}

function readService(root: string, name: string) {
  if (!isServiceName(name))
    throw new UserError(
      catalogueErrors['service-folder-name'],
      `the folder services/${quote(name)} is not named as a service may be`,
      {
        remedy:
          'Use lower-case letters, digits and single hyphens, beginning with a letter: services/service-a',
      },
    )
  const path = serviceFile(name)
  const text = readFileSync(join(root, path), 'utf8')
  return [name, parseServiceConfig(text, { name: path, remedy: `Correct ${path}.` })] as const
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

/** What a folder holds, in an order that is the same everywhere; nothing when there is no such folder. */
function entries(folder: string): string[] {
  try {
    return readdirSync(folder).toSorted()
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT' || code === 'ENOTDIR') return []
    throw error
  }
}
