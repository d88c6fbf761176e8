import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Environments, parseEnvironments } from '../../scripts/catalogue/environments.ts'
import { parseServiceConfig, type ServiceConfig } from '../../scripts/catalogue/service-config.ts'
import type { ServiceName } from '../../scripts/names/service-name.ts'
import type { Pin } from '../../scripts/pin/pin.ts'
import type { SynthInput } from '../../scripts/stack/synth-input.ts'
import { projectRoot } from '../support/run.ts'

// As cdktf/main.ts says to Node, too.
process.noDeprecation = true

const source = { name: 'test', remedy: '' }
const read = (path: string) => readFileSync(join(projectRoot, path), 'utf8')

/** The input of a synth, but for where it writes. */
export type Input = Omit<SynthInput, 'outdir'>

/** What environments.json says in this repository, with some changes. */
export function environments(change: (text: EnvironmentsJson) => void = () => {}): Environments {
  const json = JSON.parse(read('cdktf/environments.json')) as EnvironmentsJson
  change(json)
  return parseEnvironments(JSON.stringify(json), source)
}

type EnvironmentsJson = {
  artifacts: Record<string, unknown>
  environments: Record<string, Record<string, unknown>>
}

/** The sample services of this repository, as their service.json says. */
export function sampleServices(): Record<ServiceName, ServiceConfig> {
  const names = readdirSync(join(projectRoot, 'services')).toSorted()
  return Object.fromEntries(
    names.map(name => [name, parseServiceConfig(read(`services/${name}/service.json`), source)]),
  )
}

/** Some services by name, as their service.json would say; a zip's build is given. */
export function services(all: Record<string, Record<string, unknown>>): Record<ServiceName, ServiceConfig> {
  const build = { command: 'make', output: 'dist' }
  const entries = Object.entries(all).map(([name, json]) => {
    const whole = json.kind === 'lambda-zip' ? { build, ...json } : json
    return [name, parseServiceConfig(JSON.stringify(whole), source)]
  })
  return Object.fromEntries(entries)
}

/** The pin of a service's release 1.1.0. */
export function pinOf(service: string, config: ServiceConfig): Pin {
  const common = { tag: `${service}-v1.1.0`, commit: 'c'.repeat(40) as Pin['commit'] }
  return config.kind === 'lambda-zip'
    ? { ...common, sha256: '5'.repeat(64) }
    : { ...common, digest: `sha256:${'d'.repeat(64)}` as Extract<Pin, { digest: unknown }>['digest'] }
}

/** Some services in some environments, each pinned in all of them. */
export function pinned(
  all: Record<ServiceName, ServiceConfig>,
  places: Environments = environments(),
): Input {
  const stacks = (Object.entries(all) as [ServiceName, ServiceConfig][]).flatMap(([service, config]) =>
    Object.keys(places.environments).map(environment => ({
      service,
      environment,
      pin: pinOf(service, config),
    })),
  )
  return { environments: places, services: all, foundation: true, stacks }
}
