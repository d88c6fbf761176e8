import { type AwsAccess, usesPathStyle } from '../../aws/access.ts'
import type { AwsSettings } from '../../aws/io/calls.ts'
import { type Identity, requireAccount } from '../../aws/io/identity.ts'
import type { Clock } from '../../base/clock.ts'
import { requireRunning } from '../../base/stop.ts'
import { findEnvironment } from '../../catalogue/environments.ts'
import { observePinned, type Pinned } from '../../pin/io/pinned.ts'
import { environmentSettings, openProject, type Project } from '../../project/io/project.ts'
import { type Synthesizer, startSynthesizer } from '../../stack/io/synth.ts'
import { openTerraform, type Terraform } from '../../terraform/io/terraform.ts'

/** What a command works with in one environment. */
export type Session = {
  readonly request: SessionRequest
  readonly project: Project
  /** The environment, and what is pinned there on the remote. */
  readonly pinned: Pinned
  /** The settings of AWS calls for the environment. */
  readonly settings: AwsSettings
  /** Whose credentials these are. */
  readonly identity: Identity
  readonly terraform: Terraform
  /** Returns a process for one synth; the first may already be loading its packages. */
  synthesizer(): Synthesizer
}

/** What a person asked for. */
export type SessionRequest = {
  /** The command as a person types it, as in `make deploy`. */
  readonly command: string
  /** The id of a lock to remove first. */
  readonly unlock: string | undefined
  /** Whether to take over what exists already. */
  readonly adopt?: boolean | undefined
  /** Shows progress on a terminal. */
  progress(text: string): void
}

/** What a session is for: an environment's name, and whether the command synthesizes stacks. */
export type SessionOptions = SessionRequest & {
  readonly name: string
  readonly needsStacks?: boolean
  /** Throws if the command refuses what is pinned. */
  check?(pinned: Pinned): unknown
}

/** The parts of a command's invocation that a session needs. */
export type Opening = {
  readonly folder: string
  readonly environment: Record<string, string>
  readonly aws: AwsAccess
  readonly clock: Clock
  readonly settings: { readonly lockTimeoutMs: number }
  readonly signal: AbortSignal
  atEnd(clean: () => unknown): void
}

/** Opens what a command needs in an environment: its pins on the remote, Terraform, and credentials of its account. */
export async function openSession(
  opening: Opening,
  { name, needsStacks = true, check, ...request }: SessionOptions,
): Promise<Session> {
  const { environment, aws, signal } = opening
  const project = await openProject(opening)
  const settings = environmentSettings(project, name, findEnvironment(project.environments, name), aws)
  const { lockTimeoutMs } = opening.settings
  // Terraform says its version while git and AWS are asked, but what they refuse comes first.
  const finding = openTerraform(environment, { lockTimeoutMs, pathStyle: usesPathStyle(aws), signal })
  finding.catch(() => undefined)
  const [pinned, identity] = await Promise.all([observePinned(project, name), requireAccount(settings)])
  requireRunning(signal)
  check?.(pinned)
  // Only after the check, where it was not started ahead: loading the constructs costs most of a second of CPU time.
  const loading = needsStacks && pinned.pins.size > 0 ? [start()] : []
  const terraform = await finding
  const synthesizer = () => loading.pop() ?? start()
  return { request, project, pinned, settings, identity, terraform, synthesizer }

  function start(): Synthesizer {
    const started = startSynthesizer(environment)
    opening.atEnd(started.stop)
    return started
  }
}
