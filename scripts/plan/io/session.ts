import type { AwsAccess } from '../../aws/access.ts'
import type { AwsSettings } from '../../aws/io/calls.ts'
import { requireAccount } from '../../aws/io/identity.ts'
import { findEnvironment } from '../../catalogue/environments.ts'
import { observePinned, type Pinned } from '../../pin/io/pinned.ts'
import { type Synthesizer, startSynthesizer } from '../../stack/io/synth.ts'
import { openTerraform, type Terraform } from '../../terraform/io/terraform.ts'
import { environmentSettings, openWorkspace, type Workspace } from '../../workspace/io/workspace.ts'

/** What a command on one environment works with. */
export type Session = {
  readonly request: Request
  readonly workspace: Workspace
  /** The environment, and what is pinned there on the remote. */
  readonly pinned: Pinned
  /** Where AWS is called for the environment. */
  readonly settings: AwsSettings
  readonly terraform: Terraform
  /** A process that synthesizes stacks, once; the first one is loading its packages already. */
  synthesizer(): Synthesizer
}

/** What a person asked for. */
export type Request = {
  /** The command as a person types it, as in `make deploy`. */
  readonly command: string
  /** The id of a lock that is to be removed first. */
  readonly unlock: string | undefined
  /** Shows what is going on, on a terminal. */
  progress(text: string): void
}

/** What a session is opened for: an environment by its name, and whether it needs stacks or has one already. */
export type SessionOptions = Request & {
  readonly name: string
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
export async function openSession(
  opening: Opening,
  { name, needsStacks = true, check, ...request }: SessionOptions,
): Promise<Session> {
  const { environment, aws, signal } = opening
  const workspace = await openWorkspace(opening)
  const settings = environmentSettings(workspace, name, findEnvironment(workspace.environments, name), aws)
  const [pinned] = await Promise.all([observePinned(workspace, name), requireAccount(settings)])
  check?.(pinned)
  // What is refused costs neither process: loading the constructs alone takes a second of a processor.
  const loading = needsStacks && pinned.pins.size > 0 ? [start()] : []
  const { lockTimeoutMs } = opening.settings
  const terraform = await openTerraform(environment, { lockTimeoutMs, signal })
  const synthesizer = () => loading.pop() ?? start()
  return { request, workspace, pinned, settings, terraform, synthesizer }

  function start(): Synthesizer {
    const started = startSynthesizer(environment)
    opening.atEnd(started.stop)
    return started
  }
}
