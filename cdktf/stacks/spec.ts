import type { ArtifactStoreConfig, Environment } from '../../scripts/catalogue/environments.ts'
import type { EcsSettings, LambdaImageSettings, ZipSettings } from '../../scripts/kinds/settings.ts'
import type { Target } from '../../scripts/names/target.ts'
import type { Pin } from '../../scripts/pin/pin.ts'

type Common = {
  readonly target: Target
  readonly pin: Pin
  readonly environment: Environment
  readonly artifacts: ArtifactStoreConfig
}

/** Where in a VPC something runs. */
export type Network = {
  readonly subnets: readonly string[]
  readonly securityGroups: readonly string[]
}

/** What a Lambda runs: a zip of the artifact bucket (`sha256` in hexadecimal digits), or an image. */
export type LambdaCode =
  | {
      readonly type: 'zip'
      readonly key: string
      readonly sha256: string
      readonly handler: string
      readonly runtime: string
    }
  | { readonly type: 'image'; readonly uri: string; readonly command: readonly string[] | undefined }

/** All that the stack of a Lambda in an environment is made from. */
export type LambdaSpec = Common & {
  readonly kind: 'lambda'
  readonly settings: ZipSettings | LambdaImageSettings
  readonly code: LambdaCode
  readonly architecture: 'x86_64' | 'arm64'
  readonly network: Network | undefined
}

/** How requests reach an ECS service: a rule of a listener, and the VPC of what it forwards to. */
export type Balanced = {
  readonly listener: string
  readonly vpc: string
  readonly route: NonNullable<EcsSettings['route']>
}

/** All that the stack of an ECS service in an environment is made from. */
export type EcsSpec = Common & {
  readonly kind: 'ecs'
  readonly settings: EcsSettings
  readonly image: { readonly uri: string; readonly repository: string }
  readonly architecture: 'X86_64' | 'ARM64'
  readonly cluster: string
  readonly network: Network
  readonly balanced: Balanced | undefined
}

/** All that the stack of a service in an environment is made from. */
export type ServiceSpec = LambdaSpec | EcsSpec
