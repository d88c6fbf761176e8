import type { AwsAccess } from '../../aws/access.ts'
import type { AwsSettings } from '../../aws/io/calls.ts'
import { requireAccount } from '../../aws/io/identity.ts'
import { findEnvironment } from '../../catalogue/environments.ts'
import { observePinned, type Pinned } from '../../pin/io/pinned.ts'
import { type Synthesizer, startSynthesizer } from '../../stack/io/synth.ts'
import { openTerraform, type Terraform } from '../../terraform/io/terraform.ts'
import { environmentSettings, openWorkspace, type Workspace } from '../../workspace/io/workspace.ts'

/** What one run of a command on an environment works with. */
export type Run = {
  /** The command as a person types it, as in `make deploy`. */
  readonly command: string
  /** The id of a lock that is to be removed first. */
  readonly unlock: string | undefined
  readonly workspace: Workspace
  readonly environment: Record<string, string>
  readonly pinned: Pinned
  /** Where AWS is called for the environment. */
  readonly settings: AwsSettings
  readonly terraform: Terraform
  /** Already loading its packages; undefined where no stack is asked for. */
  readonly synthesizer: Synthesizer | undefined
  readonly signal: AbortSignal
  /** What is going on, for a terminal. */
  progress(text: string): void
}

/** What a command asks for: the environment by its name, and whether it needs stacks, or has one already. */
export type RunWish = Pick<Run, 'command' | 'progress'> & {
  readonly name: string
  readonly unlock?: string | undefined
  readonly needsStacks?: boolean
  /** Throws where the command refuses what is pinned. */
  check?(pinned: Pinned): unknown
}

/** What it is opened with: how the command was called. */
type Opening = {
  readonly folder: string
  readonly environment: Record<string, string>
  readonly aws: AwsAccess
  readonly settings: { readonly lockTimeoutMs: number }
  readonly signal: AbortSignal
  atEnd(clean: () => unknown): void
}

/** Opens what a command on an environment needs: its pins on the remote, Terraform, and credentials of its account. */
export async function openRun(
  invocation: Opening,
  { name, command, unlock, progress, needsStacks = true, check }: RunWish,
): Promise<Run> {
  const { environment, aws, signal } = invocation
  const workspace = await openWorkspace(invocation)
  const settings = environmentSettings(workspace, name, findEnvironment(workspace.environments, name), aws)
  const [pinned] = await Promise.all([observePinned(workspace, name), requireAccount(settings)])
  check?.(pinned)
  // What is refused costs neither process: loading the constructs alone takes a second of a processor.
  const synthesizer = needsStacks && pinned.pins.size > 0 ? startSynthesizer(environment) : undefined
  if (synthesizer !== undefined) invocation.atEnd(synthesizer.stop)
  const { lockTimeoutMs } = invocation.settings
  const terraform = await openTerraform(environment, { lockTimeoutMs, signal })
  const asked = { command, unlock, progress, signal }
  return { ...asked, workspace, environment, pinned, settings, terraform, synthesizer }
}
