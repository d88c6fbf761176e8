import { isDeepStrictEqual } from 'node:util'
import { type Fixed, fixedOfAll } from '../stacks/shared/fixed.ts'

type Blocks = Readonly<Record<string, unknown>>

/** A stack as Terraform reads it. */
export type StackJson = {
  readonly terraform?: Blocks
  readonly provider?: Readonly<Record<string, readonly unknown[]>>
  readonly output?: Blocks
  readonly resource?: Readonly<Record<string, Readonly<Record<string, Blocks>>>>
}

/**
 * What differs between a stack and the same stack with its extensions, though it must not: as in
 * `aws_lambda_alias.live: function_version`. Added resources, outputs and providers are fine.
 */
export function fixedChanges(before: StackJson, after: StackJson, fixed: Fixed): string[] {
  return [
    ...Object.entries(before.terraform ?? {}).flatMap(([key, block]) =>
      key === 'required_providers'
        ? changed(block as Blocks, after.terraform?.[key] as Blocks, name => `the provider ${name}`)
        : changed({ [key]: block }, after.terraform, name => `terraform: ${name}`),
    ),
    ...Object.entries(before.provider ?? {}).flatMap(([name, [own]]) =>
      [after.provider?.[name]].flat().some(one => isDeepStrictEqual(one, own))
        ? []
        : [`the provider ${name}`],
    ),
    ...changed(before.output ?? {}, after.output, name => `the output ${name}`),
    ...Object.entries(before.resource ?? {}).flatMap(([type, all]) =>
      Object.entries(all).flatMap(([name, block]) =>
        resourceChanges(`${type}.${name}`, block, after.resource?.[type]?.[name], fixed[type] ?? []),
      ),
    ),
  ]
}

function resourceChanges(
  address: string,
  before: Blocks,
  after: Blocks | null | undefined,
  fixed: readonly string[],
): string[] {
  if (after == null) return [`${address} is gone`]
  return [...fixedOfAll, ...fixed]
    .filter(path => !isDeepStrictEqual(valueAt(before, path), valueAt(after, path, valueAt(before, path))))
    .map(path => `${address}: ${path}`)
}

/** The value of an attribute, or that of a field in each object of a JSON list, where `like` is the list to compare it with. */
function valueAt(block: Blocks, path: string, like?: unknown): unknown {
  const [attribute = '', field] = path.split('.')
  const value = block[attribute]
  if (field === undefined || typeof value !== 'string') return value
  const list = listIn(value)
  if (list === undefined) return value
  const fields = list.map(one => one?.[field])
  // Containers may be added after those that are there.
  return Array.isArray(like) ? fields.slice(0, like.length) : fields
}

function listIn(text: string): (Blocks | null)[] | undefined {
  try {
    const list = JSON.parse(text)
    return Array.isArray(list) ? list : undefined
  } catch {
    return undefined
  }
}

function changed(before: Blocks, after: Blocks | undefined, title: (name: string) => string): string[] {
  return Object.entries(before)
    .filter(([name, block]) => !isDeepStrictEqual(block, after?.[name]))
    .map(([name]) => title(name))
}
