import { z } from 'zod'

/**
 * The paths of everything that a schema of settings lets one set: `alarms.errors`, `permissions[].actions` within a list,
 * `sidecars.*.image` within whatever is named, `strategy(canary)` for an option and `strategy(canary).percent` within one.
 */
export function settingPaths(schema: z.ZodType, path = ''): string[] {
  const inner = unwrapped(schema)
  if (inner instanceof z.ZodObject) return within(inner, path)
  if (inner instanceof z.ZodDiscriminatedUnion)
    return inner.options.flatMap(option => chosen(option as z.ZodObject, path, inner.def.discriminator))
  if (inner instanceof z.ZodUnion)
    return [...new Set(inner.options.flatMap(option => settingPaths(option as z.ZodType, path)))]
  if (inner instanceof z.ZodArray && unwrapped(inner.element as z.ZodType) instanceof z.ZodObject)
    return settingPaths(inner.element as z.ZodType, `${path}[]`)
  if (inner instanceof z.ZodRecord && hasFields(unwrapped(inner.valueType as z.ZodType)))
    return settingPaths(inner.valueType as z.ZodType, `${path}.*`)
  return [path]
}

function hasFields(schema: z.ZodType): boolean {
  return schema instanceof z.ZodObject || schema instanceof z.ZodDiscriminatedUnion
}

function within({ shape }: z.ZodObject, path: string): string[] {
  return Object.entries(shape).flatMap(([name, field]) =>
    settingPaths(field as z.ZodType, path === '' ? name : `${path}.${name}`),
  )
}

function chosen(option: z.ZodObject, path: string, discriminator: string): string[] {
  const { [discriminator]: named, ...others } = option.shape
  const [name] = (named as z.ZodLiteral).values
  const own = `${path}(${name})`
  return [own, ...within(z.object(others), own)]
}

function unwrapped(schema: z.ZodType): z.ZodType {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodNullable
  )
    return unwrapped(schema.unwrap() as z.ZodType)
  return schema instanceof z.ZodPipe ? unwrapped(schema.in as z.ZodType) : schema
}

type Json = Record<string, unknown>

/** The same settings with another value at a path. */
export function withSetting(settings: object, path: string, value: unknown): Json {
  const keys = path
    .replaceAll('[]', '.0')
    .replaceAll(/\(.*?\)/g, '')
    .split('.')
  return set(settings as Json, keys, value) as Json
}

function set(whole: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value
  if (Array.isArray(whole))
    return whole.map((one, index) => (String(index) === key ? set(one, rest, value) : one))
  const before = (whole ?? {}) as Json
  if (key === '*') return set(before, [Object.keys(before).at(-1) ?? '', ...rest], value)
  return { ...before, [key]: set(before[key], rest, value) }
}
