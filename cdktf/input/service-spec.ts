import { type ImageName, releaseName, type ZipName } from '../../scripts/artifacts/names.ts'
import { UserError } from '../../scripts/base/user-error.ts'
import { serviceFile } from '../../scripts/catalogue/inputs.ts'
import { type ServiceConfig, settingsIn } from '../../scripts/catalogue/service-config.ts'
import type { EcsSettings } from '../../scripts/kinds/settings.ts'
import { parseTag, type ReleaseTag } from '../../scripts/names/release-tag.ts'
import { printTarget } from '../../scripts/names/target.ts'
import type { Pin } from '../../scripts/pin/pin.ts'
import { stackErrors } from '../../scripts/stack/errors.ts'
import type { SynthInput } from '../../scripts/stack/synth-input.ts'
import { imageUri } from '../stacks/shared/arns.ts'
import type { EcsSpec, LambdaCode, LambdaSpec, ServiceSpec } from '../stacks/spec.ts'
import { need, needLambdaNetwork, needSameRegion } from './needs.ts'

type Pinned = SynthInput['stacks'][number]
type Common = Pick<ServiceSpec, 'target' | 'pin' | 'environment' | 'artifacts'>
type Config<Kind extends ServiceConfig['kind']> = Extract<ServiceConfig, { kind: Kind }>

/** All that the stack of a pinned service is made from; what is missing or does not fit is a `UserError`. */
export function serviceSpec({ environments, services }: SynthInput, pinned: Pinned): ServiceSpec {
  const { pin, ...target } = pinned
  const config = services[target.service]
  const environment = Object.hasOwn(environments.environments, target.environment)
    ? environments.environments[target.environment]
    : undefined
  if (config === undefined) throw unknown(pinned, `there is no ${serviceFile(target.service)}`)
  if (environment === undefined) throw unknown(pinned, `environments.json has no ${target.environment}`)
  const common = { target, pin, environment, artifacts: environments.artifacts }
  if ('digest' in pin !== (config.kind !== 'lambda-zip')) throw otherKind(pinned, config)
  return config.kind === 'ecs-service' ? ecsSpec(common, config) : lambdaSpec(common, config)
}

function lambdaSpec(common: Common, config: Config<'lambda-zip' | 'lambda-image'>): LambdaSpec {
  const { target, environment, artifacts } = common
  needSameRegion(target, environment, artifacts)
  const { settings, ...rest } =
    config.kind === 'lambda-zip' ? fromZip(common, config) : fromImage(common, config)
  const network = settings.inNetwork ? needLambdaNetwork(target, environment) : undefined
  return { kind: 'lambda', ...common, settings, ...rest, network }
}

type FromCode = Pick<LambdaSpec, 'settings' | 'code' | 'architecture'>

function fromZip(common: Common, config: Config<'lambda-zip'>): FromCode {
  const settings = settingsIn<'lambda-zip'>(config, common.target.environment, source(common))
  const { handler, runtime, architecture } = settings
  const { key } = releaseName(tagOf(common), config) as ZipName
  // Whether the pin is of a zip was asked before.
  const { sha256 } = common.pin as Extract<Pin, { sha256: string }>
  return { settings, code: { type: 'zip', key, sha256, handler, runtime }, architecture }
}

function fromImage(common: Common, config: Config<'lambda-image'>): FromCode {
  const settings = settingsIn<'lambda-image'>(config, common.target.environment, source(common))
  const name = releaseName(tagOf(common), config) as ImageName
  const code: LambdaCode = {
    type: 'image',
    uri: imageUri(common.artifacts, name),
    command: settings.command,
  }
  return { settings, code, architecture: isArm(config) ? 'arm64' : 'x86_64' }
}

function ecsSpec(common: Common, config: Config<'ecs-service'>): EcsSpec {
  const { target, environment, artifacts } = common
  const settings = settingsIn<'ecs-service'>(config, target.environment, source(common))
  const { cluster, network } = need(target, environment, ['cluster', 'network', ...listenerOf(settings)])
  const { vpc, subnets, securityGroups = [] } = network
  const { listener } = environment
  const { route } = settings
  const name = releaseName(tagOf(common), config) as ImageName
  return {
    kind: 'ecs',
    ...common,
    settings,
    image: { uri: imageUri(artifacts, name), repository: name.repository },
    architecture: isArm(config) ? 'ARM64' : 'X86_64',
    cluster,
    network: { subnets, securityGroups },
    balanced: route === undefined || listener === undefined ? undefined : { listener, vpc, route },
  }
}

function listenerOf({ route }: EcsSettings): 'listener'[] {
  return route === undefined ? [] : ['listener']
}

// With several platforms any of them will do: the first one is what its owner named first.
function isArm({ build }: Config<'ecs-service' | 'lambda-image'>): boolean {
  return build.platforms[0] === 'linux/arm64'
}

function tagOf({ pin }: Common): ReleaseTag {
  return parseTag(pin.tag) as ReleaseTag
}

function source({ target }: Common) {
  const name = serviceFile(target.service)
  return { name, remedy: `Correct ${name}.` }
}

function unknown({ pin, ...target }: Pinned, reason: string): UserError {
  return new UserError(
    stackErrors['pin-unknown-service'],
    `${pin.tag} is pinned for ${printTarget(target)}, which does not exist`,
    {
      cause: reason,
      remedy: `Remove cdktf/pins/${target.environment}/${target.service}.json, or correct the name.`,
    },
  )
}

function otherKind({ pin, ...target }: Pinned, { kind }: ServiceConfig): UserError {
  const [has, is] = 'digest' in pin ? ['an image', 'a zip'] : ['a zip', 'an image']
  return new UserError(
    stackErrors['pin-other-artifact'],
    `${pin.tag}, which is pinned for ${printTarget(target)}, has ${has}`,
    {
      cause: `${serviceFile(target.service)} says ${kind}, whose artifact is ${is}`,
      remedy: `Release ${target.service} anew and pin that release, or set kind back.`,
    },
  )
}
