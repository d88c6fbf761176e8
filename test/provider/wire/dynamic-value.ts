import { decode, ExtensionCodec, encode } from '@msgpack/msgpack'
import type { CtyType } from '../schema/types.ts'
import type { Value } from './value.ts'
import { canonical, unknown } from './value.ts'

/** A value on the wire (tfplugin5, `DynamicValue`). */
export type DynamicValue = { msgpack?: Uint8Array | undefined; json?: Uint8Array | undefined }

// Terraform, docs/plugin-protocol/object-wire-format.md: any extension is an unknown value, of which 12 has
// refinements; 0 with one byte is an unknown value without.
const extensions = new ExtensionCodec()
extensions.register({
  type: 0,
  encode: value => (value === unknown ? new Uint8Array([0]) : null),
  decode: () => unknown,
})
extensions.register({ type: 12, encode: () => null, decode: () => unknown })

/** Reads a value of a type from the wire; sets are sorted. */
export function readValue(value: DynamicValue | null | undefined, type: CtyType): Value {
  if (value?.msgpack?.length)
    return conform(decode(value.msgpack, { extensionCodec: extensions }) as Value, type)
  if (value?.json?.length) return readJson(value.json, type)
  return null
}

/** Reads a value of a type from JSON, as in a state file; missing attributes are null. */
export function readJson(json: Uint8Array, type: CtyType): Value {
  return conform(JSON.parse(Buffer.from(json).toString('utf8')) as Value, type)
}

/** Writes a value for the wire. */
export function writeValue(value: Value): DynamicValue {
  return { msgpack: encode(decimal(value), { extensionCodec: extensions }) }
}

function conform(value: Value, type: CtyType): Value {
  if (value === null || value === undefined) return null
  if (value === unknown) return value
  // Terraform writes a number that no double represents exactly, such as 0.05, as text.
  if (type === 'number') return Number(value)
  if (typeof type === 'string') return value
  const [kind, inner] = type
  if (kind === 'object') {
    const object = value as { [name: string]: Value }
    return Object.fromEntries(
      Object.entries(inner as Record<string, CtyType>).map(([name, part]) => [
        name,
        conform(object[name] ?? null, part),
      ]),
    )
  }
  const element = inner as CtyType
  if (kind === 'map')
    return Object.fromEntries(
      Object.entries(value).map(([key, part]) => [key, conform(part as Value, element)]),
    )
  const elements = (value as Value[]).map(part => conform(part, element))
  return kind === 'set' ? elements.sort((a, b) => (canonical(a) < canonical(b) ? -1 : 1)) : elements
}

function decimal(value: Value): Value {
  if (typeof value === 'number') return Number.isInteger(value) ? value : String(value)
  if (value === unknown || value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map(decimal)
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, decimal(part)]))
}
