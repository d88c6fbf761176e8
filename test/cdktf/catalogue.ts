import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Environments, parseEnvironments } from '../../scripts/catalogue/environments.ts'
import { parseServiceConfig, type ServiceConfig } from '../../scripts/catalogue/service-config.ts'
import type { ServiceName } from '../../scripts/names/service-name.ts'
import type { Pin } from '../../scripts/pin/pin.ts'
import type { SynthInput } from '../../scripts/stack/synth-input.ts'
import { projectRoot } from '../support/run.ts'

// As in cdktf/main.ts.
process.noDeprecation = true

const source = { name: 'test', remedy: '' }
const read = (path: string) => readFileSync(join(projectRoot, path), 'utf8')

/** The input of a synth, without its output folder. */
export type Input = Omit<SynthInput, 'outdir'>

/** This repository's environments.json, with some changes. */
export function environments(change: (text: EnvironmentsJson) => void = () => {}): Environments {
  const json = JSON.parse(read('cdktf/environments.json')) as EnvironmentsJson
  change(json)
  return parseEnvironments(JSON.stringify(json), source)
}

type EnvironmentsJson = {
  artifacts: Record<string, unknown>
  environments: Record<string, Record<string, unknown>>
}

/** This repository's sample services, from their service.json. */
export function sampleServices(): Record<ServiceName, ServiceConfig> {
  const names = readdirSync(join(projectRoot, 'services')).toSorted()
  return Object.fromEntries(
    names.map(name => [name, parseServiceConfig(read(`services/${name}/service.json`), source)]),
  )
}

/** Parses services by name, each as in its service.json; a zip gets a build. */
export function services(all: Record<string, Record<string, unknown>>): Record<ServiceName, ServiceConfig> {
  const build = { command: 'make', output: 'dist' }
  const entries = Object.entries(all).map(([name, json]) => {
    const whole = json.kind === 'lambda-zip' ? { build, ...json } : json
    return [name, parseServiceConfig(JSON.stringify(whole), source)]
  })
  return Object.fromEntries(entries)
}

/** A pin of a service's release 1.1.0. */
export function pinOf(service: string, config: ServiceConfig): Pin {
  const common = { tag: `${service}-v1.1.0`, commit: 'c'.repeat(40) as Pin['commit'] }
  return config.kind === 'lambda-zip'
    ? { ...common, sha256: '5'.repeat(64) }
    : { ...common, digest: `sha256:${'d'.repeat(64)}` as Extract<Pin, { digest: unknown }>['digest'] }
}

/** Services and environments, with every service pinned in every environment. */
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
