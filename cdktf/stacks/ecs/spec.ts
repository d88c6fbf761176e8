import { releaseName } from '../../../scripts/artifacts/names.ts'
import type { ImageName } from '../../../scripts/artifacts/types.ts'
import { UserError } from '../../../scripts/base/user-error.ts'
import { serviceFile } from '../../../scripts/catalogue/inputs.ts'
import { asImageService, settingsIn } from '../../../scripts/catalogue/service-config.ts'
import { ecsService } from '../../../scripts/kinds/ecs-service/kind.ts'
import { ecsNeeds } from '../../../scripts/kinds/ecs-service/needs.ts'
import { clusterOf } from '../../../scripts/kinds/ecs-service/places.ts'
import type { EcsSettings } from '../../../scripts/kinds/ecs-service/settings.ts'
import { isArm } from '../../../scripts/kinds/fields.ts'
import { printTarget, type Target } from '../../../scripts/names/target.ts'
import { stackErrors } from '../../../scripts/stack/errors.ts'
import { imageUri } from '../shared/arns.ts'
import { requireNoGuardian } from '../shared/guardian.ts'
import { need } from '../shared/needs.ts'
import { type Network, networkIn, releaseOf, type ServiceSpec, scopeOf, sourceOf } from '../shared/spec.ts'

/** How requests reach an ECS service: the listener of its rule, and the VPC of its target groups. */
export type Balanced = {
  readonly listener: string
  /** For the smoke check of a rollout in phases. */
  readonly testListener: string | undefined
  readonly vpc: string
  readonly route: NonNullable<EcsSettings['route']>
}

/** The full input of an ECS service's stack. */
export type EcsSpec = ServiceSpec & {
  readonly settings: EcsSettings
  readonly image: { readonly uri: string; readonly repository: string }
  readonly architecture: 'X86_64' | 'ARM64'
  readonly cluster: string
  /** The name of the container that runs the release. */
  readonly container: string
  readonly network: Network
  readonly balanced: Balanced | undefined
}

/** Completes the input of an ECS service's stack. Throws a `UserError` for missing or invalid settings. */
export function ecsSpec(spec: ServiceSpec): EcsSpec {
  const { target, config, environment, artifacts } = spec
  requireNoGuardian(spec)
  const settings = settingsIn(ecsService, config, scopeOf(spec), sourceOf(spec))
  requireOtherNames(target, settings)
  const { network } = need(target, environment, ecsNeeds(target, settings).fields)
  const { vpc } = network
  const { listener } = environment
  const { route, smoke } = settings
  const testListener = smoke === undefined ? undefined : environment.testListener
  const name = releaseName(releaseOf(spec), config) as ImageName
  const build = asImageService(config)?.build
  return {
    ...spec,
    settings,
    image: { uri: imageUri(artifacts, name), repository: name.repository },
    architecture: build !== undefined && isArm(build) ? 'ARM64' : 'X86_64',
    // The need for one is met.
    cluster: clusterOf(settings, environment) as string,
    container: containerOf(target, settings),
    network: networkIn(environment, settings),
    balanced:
      route === undefined || listener === undefined ? undefined : { listener, testListener, vpc, route },
  }
}

function containerOf({ service }: Target, { container = service }: EcsSettings): string {
  return container
}

function requireOtherNames(target: Target, settings: EcsSettings): void {
  const name = containerOf(target, settings)
  if (!Object.hasOwn(settings.sidecars ?? {}, name)) return
  throw new UserError(
    stackErrors['setting-sidecar'],
    `a sidecar of ${printTarget(target)} is called ${name}, as the container of the service`,
    { remedy: `Rename it in ${serviceFile(target.service)}.` },
  )
}
