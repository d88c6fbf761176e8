import type { Environments } from '../catalogue/environments.ts'
import type { ServiceConfig } from '../catalogue/service-config.ts'
import type { ServiceName } from '../names/service-name.ts'
import type { Target } from '../names/target.ts'
import type { Pin } from '../pin/pin.ts'

/** The input of `cdktf/main.ts`, passed as JSON on stdin or in the file that `SYNTH_INPUT` names. */
export type SynthInput = {
  /** The folder to write `stacks/<stack id>/cdk.tf.json` to, after its stacks are removed. */
  readonly outdir: string
  /** The repository's root, whose own resources are added to the stacks; none are without it. */
  readonly root?: string
  readonly environments: Environments
  /** Every service in the work tree, by name. */
  readonly services: Readonly<Record<ServiceName, ServiceConfig>>
  /** Whether to synthesize the foundation. */
  readonly foundation: boolean
  /** The stacks of CI's roles to synthesize: for the artifact account and for environments. */
  readonly access?: { readonly artifacts: boolean; readonly environments: readonly string[] }
  /** Repositories of removed services, which the foundation keeps because they hold releases. */
  readonly retired?: readonly Retired[]
  /** Targets to synthesize as empty stacks, so that a plan destroys their resources. */
  readonly removed?: readonly Target[]
  /** The pinned services to synthesize. */
  readonly stacks: readonly {
    readonly service: ServiceName
    readonly environment: string
    readonly pin: Pin
  }[]
}

/** An ECR repository whose service was removed. */
export type Retired = { readonly service: ServiceName; readonly repository: string }
