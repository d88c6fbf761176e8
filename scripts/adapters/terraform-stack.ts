import { copyFile, mkdir, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { StackOutputs } from '../core/synth-input.ts'
import type { TerraformStep } from '../core/terraform-events.ts'
import { type PlanView, parsePlan } from '../core/terraform-plan.ts'
import { UserError } from '../core/user-error.ts'
import type { Terraform } from './terraform.ts'

/** A synthesized stack in a folder of its own. */
export type Stack = {
  /** As in "service-a in staging". */
  readonly title: string
  readonly folder: string
  /** `s3://<bucket>/<key>` of its state. */
  readonly state: string
  /** The command that this is part of, for the remedy of a lock that nobody holds any more. */
  readonly command: string
}

/** The file that a plan is saved in, within the stack's folder. */
export const planFile = 'terraform.tfplan'

/** Initializes a stack: its backend, and the provider as the lock file of the repository names it. */
export async function initStack(terraform: Terraform, root: string, stack: Stack): Promise<void> {
  await copyFile(join(root, 'cdktf', '.terraform.lock.hcl'), join(stack.folder, '.terraform.lock.hcl')).catch(
    () => undefined,
  )
  const pathStyle = terraform.pathStyle ? ['-backend-config=use_path_style=true'] : []
  await mkdir(join(homedir(), '.terraform.d', 'plugin-cache'), { recursive: true }).catch(() => undefined)
  await terraform.run(stack.folder, ['init', '-input=false', ...pathStyle], step(stack, 'initialize'))
}

/** Plans a stack and saves the plan in its folder. */
export async function planStack(
  terraform: Terraform,
  stack: Stack,
  onMessage?: (text: string) => void,
): Promise<PlanView> {
  const asked = ['plan', '-input=false', lockTimeout(terraform), `-out=${planFile}`]
  await terraform.run(stack.folder, asked, listening(step(stack, 'plan'), onMessage))
  return await showPlan(terraform, stack)
}

/** Reads the plan that is saved in the stack's folder. */
export async function showPlan(terraform: Terraform, stack: Stack): Promise<PlanView> {
  return parsePlan(
    await terraform.read(stack.folder, ['show', '-json', planFile], step(stack, 'read the plan of')),
  )
}

/** Applies the plan that is saved in the stack's folder, and answers the output `applied`. */
export async function applyPlan(
  terraform: Terraform,
  stack: Stack,
  onMessage?: (text: string) => void,
): Promise<StackOutputs | undefined> {
  const asked = ['apply', '-input=false', lockTimeout(terraform), planFile]
  const events = await terraform.run(stack.folder, asked, listening(step(stack, 'apply'), onMessage))
  const outputs = events.findLast(({ type }) => type === 'outputs')?.outputs
  await rm(join(stack.folder, planFile), { force: true })
  return outputs?.applied?.value as StackOutputs | undefined
}

/** Removes a lock that a dead run has left; one that is gone already is no fault. */
export async function unlockStack(terraform: Terraform, stack: Stack, id: string): Promise<void> {
  const asked = step(stack, 'remove the lock of')
  try {
    await terraform.read(stack.folder, ['force-unlock', '-force', id], asked)
  } catch (error) {
    const said = error instanceof UserError ? (error.reason ?? '') : ''
    if (/NoSuchKey/.test(said)) return
    if (!/does not match the existing lock ID/.test(said)) throw error
    throw new UserError(`${stack.title} is locked by another run than UNLOCK names`, {
      reason: said,
      remedy: `See who holds it: ${asked.inspectLock}`,
      refusal: 'refused',
    })
  }
}

function lockTimeout({ lockTimeout }: Terraform): string {
  return `-lock-timeout=${lockTimeout}`
}

function listening(asked: TerraformStep, onMessage: ((text: string) => void) | undefined) {
  return onMessage === undefined ? asked : { ...asked, onMessage }
}

function step({ title, state, command }: Stack, verb: string): TerraformStep {
  return {
    doing: `${verb} ${title}`,
    inspectLock: `aws s3 cp ${state}.tflock -`,
    unlock: id => `${command} UNLOCK=${id}`,
  }
}
