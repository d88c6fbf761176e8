import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { joinErrors } from '../../scripts/base/join-errors.ts'
import { UserError } from '../../scripts/base/user-error.ts'
import { serviceFile } from '../../scripts/catalogue/inputs.ts'
import { printTarget } from '../../scripts/names/target.ts'
import { stackErrors } from '../../scripts/stack/errors.ts'
import { fixed } from '../stacks/all.ts'
import type { ServiceStack } from '../stacks/shared/service-stack.ts'
import type { ServiceSpec } from '../stacks/shared/spec.ts'
import { extendStack } from './extend.ts'
import { fixedChanges, type StackJson } from './fixed.ts'
import type { OwnResources } from './load.ts'
import { folderFrom, localsFor, movedText } from './terraform.ts'
import { unusable } from './unusable.ts'

/** The stack of a service, and what it is for. */
export type Made = { readonly spec: ServiceSpec; readonly stack: ServiceStack }

/** A stack with additions, and what it was without them. */
export type Extended = Made & { readonly own: OwnResources; readonly before: StackJson }

/** Adds what a repository has for a stack, whose folder will be `folder`, below the root `root`. */
export function addOwn(root: string, folder: string, made: Made, own: OwnResources): Extended {
  const { spec, stack } = made
  stack.prepareStack()
  const before = jsonOf(stack)
  extendStack(root, stack, spec, own.extensions)
  if (stack.node.root.node.children.length !== 1) throw otherStacks(spec, own)
  if (own.terraform.length > 0)
    stack.addOverride('locals', localsFor(spec, before, folderFrom(folder, root, spec)))
  return { ...made, own, before }
}

function otherStacks({ target }: ServiceSpec, { extensions }: OwnResources): UserError {
  const paths = extensions.map(({ path }) => path).join(' and ')
  return new UserError(
    stackErrors['own-stack-forbidden'],
    `${paths} may not add or remove stacks next to that of ${printTarget(target)}`,
    {
      cause: 'no plan and no deploy would know of them',
      remedy: 'Create the resources in the stack that the function receives.',
    },
  )
}

function jsonOf(stack: ServiceStack): StackJson {
  return JSON.parse(JSON.stringify(stack.toTerraform())) as StackJson
}

/**
 * Writes stacks by `synth` into the folders below `stacks`, with the Terraform files of their services. Throws if one of
 * them changes what Waybill relies on.
 */
export function writeExtended(
  root: string,
  stacks: string,
  all: readonly Extended[],
  synth: () => void,
): void {
  runSynth(root, all, synth)
  joinErrors(all.flatMap(one => faultsOf(one, join(stacks, one.stack.node.id))))
  for (const { spec, stack, own } of all) {
    const folder = join(stacks, stack.node.id)
    for (const file of own.terraform)
      writeFileSync(join(folder, file.name), movedText(file, folderFrom(folder, root, spec)))
  }
}

/** CDKTF validates what extensions added only when it writes. */
function runSynth(root: string, all: readonly Extended[], synth: () => void): void {
  try {
    synth()
  } catch (error) {
    const [path, ...others] = [...new Set(all.flatMap(one => one.own.extensions.map(({ path }) => path)))]
    if (path === undefined || error instanceof UserError) throw error
    throw unusable(
      root,
      path,
      `${others.length > 0 ? `or ${others.join(', ')} ` : ''}cannot be synthesized`,
      error,
    )
  }
}

function faultsOf({ spec, before, own }: Extended, folder: string): UserError[] {
  const after = JSON.parse(readFileSync(join(folder, 'cdk.tf.json'), 'utf8')) as StackJson
  const changes = fixedChanges(before, after, fixed)
  if (changes.length === 0) return []
  const paths = own.extensions.map(({ path }) => path).join(' and ')
  return [
    new UserError(
      stackErrors['own-stack-forbidden'],
      `${paths} may not change this of ${printTarget(spec.target)}`,
      {
        cause: changes.join('\n'),
        remedy: `Leave it as it is there. What ${serviceFile(spec.target.service)} has a setting for belongs there; everything else can be overridden.`,
      },
    ),
  ]
}
