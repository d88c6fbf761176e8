import { z } from 'zod'
import type { Part } from './kind.ts'

/** The same settings with every field optional and no defaults, for one of several places that may each give some. */
export function partOf(settings: z.ZodObject): z.ZodObject {
  return z.strictObject(
    Object.fromEntries(
      Object.entries(settings.shape).map(([name, field]) => [name, optional(field as z.ZodType)]),
    ),
  )
}

function optional(field: z.ZodType): z.ZodType {
  const part = partOfField(field)
  const description = describe(field)
  return (description === undefined ? part : part.describe(description)).optional()
}

function partOfField(field: z.ZodType): z.ZodType {
  const group = groupIn(field)
  if (group === undefined) return withoutDefault(field)
  const part = partOf(group)
  return canBeOff(field) ? offOr(part) : part
}

function withoutDefault(field: z.ZodType): z.ZodType {
  const hasDefault = field instanceof z.ZodDefault || field instanceof z.ZodPrefault
  return hasDefault ? (field.unwrap() as z.ZodType) : field
}

/** A group that `false` turns off: each of its fields has a default, and so has the whole. */
export function groupOrOff<Group extends z.ZodObject>(group: Group) {
  return offOr(group).prefault({} as never)
}

function offOr<Group extends z.ZodObject>(group: Group) {
  return z.union([z.literal(false), group], {
    error: ({ input }) =>
      typeof input === 'object' && input !== null ? undefined : 'must be an object, or false for none',
  })
}

/** The group that a field is, if it is one: each field of a group has a default. Any other object is given as a whole. */
function groupIn(field: z.ZodType): z.ZodObject | undefined {
  if (!(field instanceof z.ZodPrefault)) return undefined
  const inner = field.unwrap()
  if (inner instanceof z.ZodObject) return inner
  return canBeOff(field)
    ? (inner as z.ZodUnion).options.find(option => option instanceof z.ZodObject)
    : undefined
}

function canBeOff(field: z.ZodType): boolean {
  const inner = withoutDefault(field)
  if (!(inner instanceof z.ZodUnion)) return false
  return inner.options.some(option => option instanceof z.ZodLiteral && option.values.has(false))
}

function describe(field: z.ZodType): string | undefined {
  if (!(field instanceof z.ZodDefault)) return field.description
  const value = `${JSON.stringify(field.def.defaultValue)} by default`
  return field.description === undefined ? value : `${field.description}; ${value}`
}

/** Overlays one place's settings on those below: merges maps and groups by key, replaces everything else. */
export function overlay(settings: z.ZodObject, below: Part, own: Part): Part {
  const both = Object.entries(settings.shape).filter(([name]) => name in below && name in own)
  const overlaid = both.map(([name, field]) => [
    name,
    overlayField(field as z.ZodType, below[name], own[name]),
  ])
  return { ...below, ...own, ...Object.fromEntries(overlaid) }
}

function overlayField(field: z.ZodType, below: unknown, own: unknown): unknown {
  // One that is off has nothing to add to.
  if (below === false || own === false) return own
  const inner = field instanceof z.ZodOptional ? field.unwrap() : withoutDefault(field)
  if (inner instanceof z.ZodRecord) return { ...(below as Part), ...(own as Part) }
  const group = groupIn(field)
  return group === undefined ? own : overlay(group, below as Part, own as Part)
}
