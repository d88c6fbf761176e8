import type { AwsSettings } from '../../aws/io/calls.ts'
import { findEnvironment } from '../../catalogue/environments.ts'
import { readServices } from '../../catalogue/io/work-tree.ts'
import type { Project } from '../../project/io/project.ts'
import { runSynth } from '../../stack/io/synth.ts'
import { importExisting } from '../../terraform/adopt/io/find.ts'
import { openStack, planStack, type Stack } from '../../terraform/io/stack.ts'
import type { Terraform } from '../../terraform/io/terraform.ts'
import type { PlanView } from '../../terraform/plan-json.ts'
import { type Base, bootstrapCommand } from '../base.ts'

/** What planning a base needs. */
export type PlanTools = {
  readonly project: Project
  readonly environment: Record<string, string>
  readonly terraform: Terraform
  /** The id of a lock to remove first. */
  readonly unlock: string | undefined
  /** The settings of AWS calls by which to take over what exists already; nothing is without. */
  readonly adopt?: AwsSettings | undefined
  progress(text: string): void
}

/** A plan of a base, and what removes its files. */
export type BasePlan = { readonly stack: Stack; readonly view: PlanView; remove(): Promise<void> }

/** Synthesizes and plans a base. */
export async function planBase(
  { project, environment, terraform, unlock, adopt, progress }: PlanTools,
  base: Base,
): Promise<BasePlan> {
  const { git, environments } = project
  const services = Object.fromEntries(await readServices(git.root))
  const wanted = { environments, services, stacks: [], ...base.synth }
  const synthesized = await runSynth(git.root, environment, wanted)
  const place =
    base.environment === undefined ? environments.artifacts : findEnvironment(environments, base.environment)
  const stack: Stack = {
    root: git.root,
    title: base.title,
    folder: synthesized.folder(base.stack.stack),
    state: `s3://${place.stateBucket}/${base.stack.stateKey}`,
    command: bootstrapCommand(base.environment),
  }
  try {
    // A role of CI that exists already may be another repository's.
    if (adopt !== undefined && base.synth.foundation) await importExisting(adopt, stack.folder)
    await openStack(terraform, stack, unlock)
    return { stack, view: await planStack(terraform, stack, progress), remove: synthesized.remove }
  } catch (error) {
    await synthesized.remove()
    throw error
  }
}
