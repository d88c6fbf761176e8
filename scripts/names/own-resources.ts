import type { ServiceName } from './service-name.ts'

/** The modules that may extend the stacks of all services, and of one service in its folder. */
const forAll = ['cdktf/all.ts', 'cdktf/all.mts'] as const
const forOne = ['stack.ts', 'stack.mts'] as const

/** The paths, from the repository's root, of the modules that may extend the stack of a service, in the order they run. */
export function extensionPaths(service: ServiceName): string[] {
  return [...forAll, ...forOne.map(name => `services/${service}/${name}`)]
}

/**
 * Whether a path, from the repository's root, is a resource that a repository adds to stacks of its own. It is an input of
 * the plan, so no input of a build.
 */
export function isOwnResource(path: string): boolean {
  const [, file] = /^services\/[^/]+\/([^/]+)$/.exec(path) ?? []
  if (file === undefined) return forAll.some(one => one === path)
  return forOne.some(one => one === file) || isTerraformFile(file)
}

/** Whether Terraform reads a file of this name as configuration (Terraform, "Files and Configuration Structure"). */
export function isTerraformFile(name: string): boolean {
  return /^[^.].*\.tf(\.json)?$/.test(name) && !name.endsWith('~')
}

/** Whether Terraform merges a file of this name over the others (Terraform, "Override Files"). */
export function isOverride(name: string): boolean {
  return /(^|_)override\.tf(\.json)?$/.test(name)
}

/** The files that Waybill itself writes into a stack's folder and that Terraform reads. */
const reserved = ['cdk.tf.json', 'waybill-adopt.tf.json']

/** Whether a file of this name would replace one that Waybill writes; some file systems ignore case. */
export function isReserved(name: string): boolean {
  return reserved.includes(name.toLowerCase())
}
