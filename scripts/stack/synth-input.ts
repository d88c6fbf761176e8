import type { Environments } from '../catalogue/environments.ts'
import type { ServiceConfig } from '../catalogue/service-config.ts'
import type { ServiceName } from '../names/service-name.ts'
import type { Target } from '../names/target.ts'
import type { Pin } from '../pin/pin.ts'

/** What `cdktf/main.ts` makes stacks from. It is passed as JSON, on stdin or in the file that `SYNTH_INPUT` names. */
export type SynthInput = {
  /** The folder that is written: `<outdir>/stacks/<stack id>/cdk.tf.json`. It is emptied first. */
  readonly outdir: string
  readonly environments: Environments
  /** Every service of the work tree, by name. */
  readonly services: Readonly<Record<ServiceName, ServiceConfig>>
  /** Whether the foundation is synthesized. */
  readonly foundation: boolean
  /** The stacks of CI's roles that are synthesized: that of the artifact account, and those of environments. */
  readonly access?: { readonly artifacts: boolean; readonly environments: readonly string[] }
  /** Repositories of services that are gone: the foundation keeps them, since they hold releases. */
  readonly retired?: readonly Retired[]
  /** Targets whose stacks are synthesized with nothing in them, so that a plan takes down what there is. */
  readonly removed?: readonly Target[]
  /** The pinned services whose stacks are synthesized. */
  readonly stacks: readonly {
    readonly service: ServiceName
    readonly environment: string
    readonly pin: Pin
  }[]
}

/** An ECR repository whose service is gone from the repository. */
export type Retired = { readonly service: ServiceName; readonly repository: string }
