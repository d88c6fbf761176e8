import { z } from 'zod'
import { kindNames, kinds } from './all.ts'
import type { Part } from './kind.ts'
import { overlay, partOf } from './parts.ts'

/** Settings by the kind that they are for. */
type DefaultSettings = Readonly<Record<string, Part | undefined>>

const ofKinds: Record<string, z.ZodType<Part | undefined>> = Object.fromEntries(
  kindNames.map(name => [name, partOf(kinds[name].settings).optional()]),
)

/** The schema of settings for all services of a kind; what a service.json says comes on top. */
export const defaultSettings = z
  .strictObject(ofKinds)
  .describe('Settings of all services by their kind; what a service.json gives comes on top')

/** The settings that all environments share with an environment's own on top. */
export function defaultsIn(
  shared: DefaultSettings | undefined,
  own: DefaultSettings | undefined,
): DefaultSettings | undefined {
  if (shared === undefined || own === undefined) return own ?? shared
  const both = kindNames.filter(name => shared[name] !== undefined && own[name] !== undefined)
  const overlaid = both.map(name => [
    name,
    overlay(kinds[name].settings, shared[name] ?? {}, own[name] ?? {}),
  ])
  return { ...shared, ...own, ...Object.fromEntries(overlaid) }
}
