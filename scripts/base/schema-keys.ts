import type { z } from 'zod'

/** The part of a schema's definition that is needed here; which of these fields it has depends on its type. */
type Definition = {
  readonly type: string
  readonly innerType?: z.core.$ZodType
  readonly in?: z.core.$ZodType
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>
  readonly valueType?: z.core.$ZodType
  readonly element?: z.core.$ZodType
  readonly options?: readonly z.core.$ZodType[]
  readonly discriminator?: string
  readonly values?: readonly unknown[]
}

/** The keys that an object may have at a path of a value that a schema describes; none if there is no such object. */
export function keysAt(schema: z.core.$ZodType, path: readonly string[], value: unknown): string[] {
  const { shape, innerType, in: input, valueType, element, options, discriminator } = definitionOf(schema)
  const wrapped = innerType ?? input
  if (wrapped !== undefined) return keysAt(wrapped, path, value)
  if (options !== undefined)
    return options
      .filter(option => discriminator === undefined || isChosen(option, discriminator, value))
      .flatMap(option => keysAt(option, path, value))
  const [key, ...rest] = path
  if (key === undefined) return Object.keys(shape ?? {})
  const next = shape?.[key] ?? valueType ?? element
  return next === undefined ? [] : keysAt(next, rest, (value as Record<string, unknown>)[key])
}

function isChosen(option: z.core.$ZodType, discriminator: string, value: unknown): boolean {
  const literal = definitionOf(option).shape?.[discriminator]
  const given = (value as Record<string, unknown>)[discriminator]
  return literal !== undefined && (definitionOf(literal).values ?? []).includes(given)
}

function definitionOf(schema: z.core.$ZodType): Definition {
  return schema._zod.def as unknown as Definition
}
