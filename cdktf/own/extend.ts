import { UserError } from '../../scripts/base/user-error.ts'
import { printTarget } from '../../scripts/names/target.ts'
import { stackErrors } from '../../scripts/stack/errors.ts'
import { TerraformResource, type TerraformStack } from '../cdk.ts'
import type { ExtendedTarget, Resources } from '../stacks/extension.ts'
import type { ServiceSpec } from '../stacks/shared/spec.ts'
import type { Extension } from './load.ts'
import { unusable } from './unusable.ts'

/** Runs the extensions of a service on its stack. Throws a `UserError` for the first that fails. */
export function extendStack(
  root: string,
  stack: TerraformStack,
  spec: ServiceSpec,
  extensions: readonly Extension[],
): void {
  const resources = resourcesOf(stack)
  for (const { path, extend } of extensions) {
    const returned = run(root, path, spec, () => extend(stack, resources, targetOf(spec)))
    if (typeof (returned as { then?: unknown } | null | undefined)?.then === 'function') {
      // What it throws later would end the process before this error is printed.
      Promise.resolve(returned).catch(() => undefined)
      throw new UserError(stackErrors['own-stack-unusable'], `${path} is async`, {
        cause: 'a stack is synthesized as soon as the function returns',
        remedy: `Let ${path} return nothing; read files with readFileSync.`,
      })
    }
  }
}

/** The resources of a stack by their construct's id, which is also the name in their address. */
function resourcesOf(stack: TerraformStack): Resources {
  const all = stack.node.children.filter(one => one instanceof TerraformResource)
  return Object.fromEntries(all.map(one => [one.node.id, one])) as Resources
}

function targetOf({ target, environment, config, pin }: ServiceSpec): ExtendedTarget {
  const { account, region } = environment
  return { ...target, kind: config.kind, account, region, tag: pin.tag }
}

function run(root: string, path: string, { target }: ServiceSpec, act: () => unknown): unknown {
  try {
    return act()
  } catch (error) {
    throw unusable(root, path, `fails for ${printTarget(target)}`, error)
  }
}
