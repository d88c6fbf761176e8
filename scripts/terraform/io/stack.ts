import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { canAccess } from '../../base/io/can-access.ts'
import { writePrivate } from '../../base/io/private-file.ts'
import { readTextFileIfAny } from '../../base/io/read-file.ts'
import { UserError } from '../../base/user-error.ts'
import { type Applied, parseApplied } from '../../kinds/applied.ts'
import { terraformErrors } from '../errors.ts'
import type { TerraformStep } from '../events.ts'
import { type PlanView, parsePlan } from '../plan-json.ts'
import type { Terraform } from './terraform.ts'

/** A synthesized stack in its own folder. */
export type Stack = {
  /** As in "service-a in staging". */
  readonly title: string
  readonly folder: string
  /** The root of the repository. */
  readonly root: string
  /** `s3://<bucket>/<key>` of its state. */
  readonly state: string
  /** The command that is running, for the remedy that removes a lock left by a dead run. */
  readonly command: string
}

/** The plan's file name in the stack's folder. */
export const planFile = 'terraform.tfplan'

/**
 * Initializes a stack: its backend, and the provider version in the repository's lock file. Removes the lock with the id
 * `unlock`, which a dead run has left.
 */
export async function openStack(
  terraform: Terraform,
  stack: Stack,
  unlock: string | undefined,
): Promise<void> {
  const lockFile = join(stack.root, 'cdktf', '.terraform.lock.hcl')
  const locked = await readTextFileIfAny(lockFile)
  if (locked !== undefined) await writeFile(join(stack.folder, '.terraform.lock.hcl'), locked)
  const pathStyle = terraform.pathStyle ? ['-backend-config=use_path_style=true'] : []
  // Terraform refuses a cache folder that does not exist.
  await mkdir(terraform.pluginCache, { recursive: true }).catch(() => undefined)
  await terraform.run(stack.folder, ['init', '-input=false', ...pathStyle], step(stack, 'initialize'))
  if (unlock !== undefined) await removeLock(terraform, stack, unlock)
}

/** Plans a stack and saves the plan in its folder. */
export async function planStack(
  terraform: Terraform,
  stack: Stack,
  onMessage?: (text: string) => void,
): Promise<PlanView> {
  const args = ['plan', '-input=false', lockTimeout(terraform), `-out=${planFile}`]
  await terraform.run(stack.folder, args, listening(step(stack, 'plan'), onMessage))
  return await readPlan(terraform, stack)
}

/** Reads the plan that is saved in the stack's folder. */
export async function readPlan(terraform: Terraform, stack: Stack): Promise<PlanView> {
  return parsePlan(
    await terraform.read(stack.folder, ['show', '-json', planFile], step(stack, 'read the plan of')),
  )
}

/** Applies the plan that is saved in the stack's folder and returns the output `applied`. */
export async function applyPlan(
  terraform: Terraform,
  stack: Stack,
  onMessage?: (text: string) => void,
): Promise<Applied | undefined> {
  const args = ['apply', '-input=false', lockTimeout(terraform), planFile]
  const events = await terraform
    .run(stack.folder, args, listening(step(stack, 'apply'), onMessage))
    .catch(async error => {
      throw await rescueState(terraform, stack, error)
    })
  const applied = events.findLast(({ type }) => type === 'outputs')?.outputs?.applied?.value
  await rm(join(stack.folder, planFile), { force: true })
  return applied === undefined ? undefined : parseApplied(applied)
}

/**
 * Terraform leaves a state that it could not write to the bucket in its folder, which is about to be removed. Writes it
 * again, or else moves it to safety, and returns the error that says so.
 */
async function rescueState(terraform: Terraform, stack: Stack, error: unknown): Promise<unknown> {
  const left = join(stack.folder, 'errored.tfstate')
  if (!(error instanceof UserError) || !(await canAccess(left))) return error
  const { message, cause } = error
  const pushing = terraform.read(stack.folder, ['state', 'push', left], step(stack, 'write the state of'))
  // Whatever stopped it, the state is kept.
  const isPushed = await pushing.then(
    () => true,
    () => false,
  )
  if (isPushed) return new UserError(terraformErrors['state-rescued'], message, { cause })
  const kept = join(stack.root, 'cdktf.out', `${basename(stack.folder)}-${Date.now()}.tfstate`)
  await writePrivate(kept, await readFile(left))
  const folder = `cdktf.out/stacks/${basename(stack.folder)}`
  const remedy = `The new state is kept in ${kept}. Once the bucket is writable again, run this before anything else: node cdktf/main.ts && terraform -chdir=${folder} init && terraform -chdir=${folder} state push ${kept}`
  return new UserError(terraformErrors['state-unsaved'], message, { cause, remedy })
}

/** Removes a lock. A lock that is already gone is fine. */
async function removeLock(terraform: Terraform, stack: Stack, id: string): Promise<void> {
  const removing = step(stack, 'remove the lock of')
  try {
    await terraform.read(stack.folder, ['force-unlock', '-force', id], removing)
  } catch (error) {
    const said = error instanceof UserError ? (error.cause ?? '') : ''
    if (/NoSuchKey/.test(said)) return
    if (!/does not match the existing lock ID/.test(said)) throw error
    throw new UserError(
      terraformErrors['terraform-lock-id'],
      `UNLOCK does not name the current lock of ${stack.title}`,
      {
        cause: said,
        remedy: `See who holds it: ${removing.inspectLock}`,
      },
    )
  }
}

function lockTimeout({ lockTimeout }: Terraform): string {
  return `-lock-timeout=${lockTimeout}`
}

function listening(to: TerraformStep, onMessage: ((text: string) => void) | undefined) {
  return onMessage === undefined ? to : { ...to, onMessage }
}

function step({ title, state, command }: Stack, verb: string): TerraformStep {
  return {
    doing: `${verb} ${title}`,
    inspectLock: `aws s3 cp ${state}.tflock -`,
    unlock: id => `${command} UNLOCK=${id}`,
  }
}
