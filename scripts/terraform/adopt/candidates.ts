/** A resource of a stack that may exist already, with those of its attributes that are plain text or numbers. */
export type Candidate = {
  readonly address: string
  readonly type: string
  readonly attributes: Readonly<Record<string, string>>
}

/** What exists already, and what `terraform import` knows it by. */
export type Existing = { readonly address: string; readonly id: string }

/** The file with the import blocks, beside the one that a synth writes. It is there for one plan. */
export const importFile = 'waybill-adopt.tf.json'

/** The import blocks of what exists (Terraform, "Import block"). */
export function printImports(existing: readonly Existing[]): string {
  return `${JSON.stringify({ import: existing.map(({ address, id }) => ({ to: address, id })) }, null, 2)}\n`
}

type Blocks = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>

/** The resources of a synthesized stack that are of some types. */
export function candidatesIn(stack: string, types: readonly string[]): Candidate[] {
  const { resource: all = {} } = JSON.parse(stack) as { readonly resource?: Blocks }
  return types.flatMap(type =>
    Object.entries(all[type] ?? {}).map(([name, block]) => ({
      address: `${type}.${name}`,
      type,
      attributes: attributesOf(block, all),
    })),
  )
}

function attributesOf(block: Readonly<Record<string, unknown>>, all: Blocks): Record<string, string> {
  const known = Object.entries(block).flatMap(([name, value]) => {
    const text = textOf(value, all)
    return text === undefined ? [] : [[name, text]]
  })
  return Object.fromEntries(known)
}

const reference = /^\$\{([a-z0-9_]+)\.([A-Za-z0-9_-]+)\.([a-z_]+)\}$/

/** A value as it will be; undefined where only the apply will know it. */
function textOf(value: unknown, all: Blocks): string | undefined {
  if (typeof value === 'number') return String(value)
  if (typeof value !== 'string') return undefined
  const [, type, name, attribute] = reference.exec(value) ?? []
  if (type === undefined || name === undefined || attribute === undefined)
    return value.includes('${') ? undefined : value
  return textOf(all[type]?.[name]?.[attribute], all)
}
