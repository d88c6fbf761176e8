import { relative } from 'node:path'
import type { ServiceSpec } from '../stacks/shared/spec.ts'
import type { StackJson } from './fixed.ts'
import type { TerraformFile } from './load.ts'

/**
 * The locals that Terraform files of a service can refer to: `local.waybill` is known without any resource, and each output
 * of the stack is a local of its own, as in `local.waybill_log_group`. In one local, each would depend on the resources of
 * all others. `folder` is the service's, seen from the stack's.
 */
export function localsFor({ target, environment }: ServiceSpec, { output }: StackJson, folder: string) {
  const outputs = Object.entries(output ?? {}).map(([name, block]) => [
    `waybill_${name}`,
    (block as { value: unknown }).value,
  ])
  const { account, region } = environment
  return { waybill: { ...target, account, region, folder }, ...Object.fromEntries(outputs) }
}

/** A service's folder, seen from the folder of its stack. */
export function folderFrom(stackFolder: string, root: string, { target }: ServiceSpec): string {
  return relative(stackFolder, `${root}/services/${target.service}`).replaceAll('\\', '/')
}

/**
 * The text of a file as it stands in the folder of the stack: modules that it names from its own folder, as in
 * `source = "./queue"`, are named from there.
 */
export function movedText({ name, text }: TerraformFile, folder: string): string {
  const source = name.endsWith('.json')
    ? /("source"\s*:\s*")(\.\.?\/[^"]*")/g
    : /((?:^|\{)\s*source\s*=\s*")(\.\.?\/[^"]*")/gm
  return text.replace(source, (_, before: string, path: string) => `${before}${folder}/${path}`)
}
