import type { Declarations } from './generated-source.ts'
import { readDeclarations } from './generated-source.ts'
import { stateType } from './state-type.ts'
import type { Attribute, Block, CtyType, NestedBlock } from './types.ts'

type Flags = { computed: boolean; optional: boolean; required: boolean }
/** One field of a configurable structure. */
type Field = { name: string; type: string; isBlock: boolean; optional: boolean }
/** How a structure's printer describes a field. */
type Printed = { type: string; storage: string }
type Read = { name: string; block: NestedBlock } | { name: string; attribute: Attribute }

const mainClass = /^class \w+ extends cdktf\.Terraform(Resource|DataSource|Provider) /

/** Reads the schema of a module of `@cdktf/provider-aws`, such as `lambda-alias` or `provider`. */
export function readSchema(module: string): Block {
  const declarations = readDeclarations(module)
  const main = [...declarations.classes].find(([, text]) => mainClass.test(text))
  if (!main) throw new Error(`@cdktf/provider-aws/lib/${module} has no resource, data source or provider`)
  const [name, text] = main
  const block = blockOf(declarations, { fields: `${name}Config`, className: name, printer: text })
  if (mainClass.exec(text)?.[1] !== 'Provider') return block
  // Terraform itself handles the alias of a provider block.
  const { alias: _, ...attributes } = block.attributes
  return { ...block, attributes }
}

function blockOf(
  declarations: Declarations,
  { fields, className, printer }: { fields: string; className: string; printer: string },
): Block {
  const body = declarations.classes.get(className) ?? ''
  const flags = readFlags(body)
  const printed = readPrinted(printer)
  const attributes: Record<string, Attribute> = {}
  const blocks: Record<string, NestedBlock> = {}
  for (const field of readFields(declarations.interfaces.get(fields) ?? '')) {
    const read = readField(declarations, field, flags.get(field.name), printed.get(field.name))
    if ('block' in read) blocks[read.name] = read.block
    else attributes[read.name] = read.attribute
  }
  for (const [name, flag] of flags) {
    if (name in attributes || name in blocks || flag.optional || flag.required) continue
    attributes[name] = { type: computedType(declarations, body, name), ...flag }
  }
  return { attributes, blocks }
}

function structure(declarations: Declarations, name: string): Block {
  const printer = declarations.printers.get(name.toLowerCase()) ?? ''
  return blockOf(declarations, { fields: name, className: `${name}OutputReference`, printer })
}

function readField(
  declarations: Declarations,
  field: Field,
  flags: Flags | undefined,
  printed: Printed | undefined,
): Read {
  const { name, optional } = field
  const nested = /^([A-Z]\w*)(\[\])?/.exec(field.type)
  if (field.isBlock && nested) {
    const [, struct = '', many] = nested
    const nesting = printed?.type === 'struct' ? 'SINGLE' : printed?.type === 'set' ? 'SET' : 'LIST'
    const isOne = many === undefined && nesting !== 'SINGLE'
    const minItems = optional || nesting === 'SINGLE' ? 0 : 1
    return {
      name,
      block: { nesting, block: structure(declarations, struct), minItems, maxItems: isOne ? 1 : 0 },
    }
  }
  const type = configuredType(declarations, nested?.[1], printed, name)
  return { name, attribute: { type, computed: false, optional, required: !optional, ...flags } }
}

function configuredType(
  declarations: Declarations,
  struct: string | undefined,
  printed: Printed | undefined,
  name: string,
): CtyType {
  if (!printed) throw new Error(`no printer gives the type of ${name}`)
  const collection = printed.type === 'set' ? 'set' : 'list'
  if (struct) return [collection, stateType(structure(declarations, struct))]
  const element = /^(string|number|boolean)/.exec(printed.storage)?.[1]
  const primitive = element === 'boolean' ? 'bool' : (element as 'string' | 'number' | undefined)
  if (!primitive) throw new Error(`the type of ${name} is unknown: ${printed.storage}`)
  if (printed.type === 'simple') return primitive
  return [printed.type === 'map' ? 'map' : collection, primitive]
}

function computedType(declarations: Declarations, body: string, name: string): CtyType {
  const nested = new RegExp(`new (\\w+)(List|OutputReference)\\(this, "${name}"(?:, (true|false))?\\)`).exec(
    body,
  )
  if (nested) {
    const collection = nested[3] === 'true' ? 'set' : 'list'
    return [collection, stateType(structure(declarations, nested[1] ?? ''))]
  }
  const getter = new RegExp(`(tolist\\()?this\\.get(\\w+)Attribute\\('${name}'\\)`).exec(body)
  const [, isSet, kind = ''] = getter ?? []
  if (kind === 'List') return [isSet ? 'set' : 'list', 'string']
  if (kind === 'NumberList') return [isSet ? 'set' : 'list', 'number']
  const map = /^(String|Number|Boolean)(Map)?$/.exec(kind)
  if (!map) throw new Error(`the type of the computed attribute ${name} is unknown`)
  const primitive = map[1] === 'Boolean' ? 'bool' : map[1] === 'Number' ? 'number' : 'string'
  return map[2] ? ['map', primitive] : primitive
}

function readFlags(body: string): Map<string, Flags> {
  const comments = body.matchAll(/^ {2}\/\/ (\w+) - computed: (\w+), optional: (\w+), required: (\w+)/gm)
  return new Map(
    [...comments].map(([, name = '', computed, optional, required]) => [
      name,
      { computed: computed === 'true', optional: optional === 'true', required: required === 'true' },
    ]),
  )
}

function readFields(body: string): Field[] {
  const fields = body.matchAll(/\/\*\*([^/]*(?:\/(?!\n)[^/]*)*?)\*\/\s+readonly (\w+)(\?)?: (.*);/g)
  return [...fields].map(([, comment = '', , optional, type = '']) => {
    const name = /#(\w+) \w+#/.exec(comment)?.[1] ?? ''
    return { name, type, optional: optional === '?', isBlock: comment.includes(`* ${name} block\n`) }
  })
}

function readPrinted(body: string): Map<string, Printed> {
  const entries = body.matchAll(
    /^ +(\w+): \{\n.*\n +isBlock: \w+,\n +type: "(\w+)",\n +storageClassType: "(\w+)"/gm,
  )
  return new Map([...entries].map(([, name = '', type = '', storage = '']) => [name, { type, storage }]))
}
