import { z } from 'zod'
import type { Part } from './kind.ts'

const variableName = z
  .string()
  .regex(/^[a-zA-Z][a-zA-Z0-9_]*$/, 'must be the name of an environment variable: letters, digits and _')
  // AWS Lambda developer guide, "Reserved environment variables".
  .refine(
    name => !/^(AWS_|LAMBDA_)/.test(name),
    'must not begin with AWS_ or LAMBDA_: those names are reserved',
  )
  .refine(
    name => name !== 'RELEASE' && name !== 'COMMIT',
    'must not be RELEASE or COMMIT: Waybill sets those to the deployed release and its commit',
  )
const secretArn = z
  .string()
  .regex(
    /^arn:aws[a-z-]*:(ssm:[a-z0-9-]+:[0-9]{12}:parameter\/[\w./-]+|secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[\w/+=.@-]+)$/,
    'must be the ARN of an SSM parameter or a Secrets Manager secret, never the secret itself',
  )
// Amazon CloudWatch Logs API reference, PutRetentionPolicy, retentionInDays.
const retentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
]

const statement = z.strictObject({
  actions: z
    .array(z.string().regex(/^[a-z0-9-]+:[A-Za-z]+\*?$/, 'must be an IAM action such as s3:GetObject'))
    .min(1),
  resources: z
    .array(z.string().regex(/^arn:aws[a-z-]*:[^\s]+$/, 'must be an ARN; * alone is not allowed'))
    .min(1),
})
/** The value at which an alarm goes off. */
export const alarmLimit = z.number().positive()

/** The settings that all kinds share. */
export const commonSettings = {
  variables: z
    .record(variableName, z.string())
    .default({})
    .describe('Environment variables; those of an environment add to or override the common ones'),
  secrets: z
    .record(variableName, secretArn)
    .default({})
    .describe('Environment variables, each with the ARN of its value in SSM or Secrets Manager'),
  permissions: z
    .array(statement)
    .default([])
    .describe('What the code may do in AWS, besides reading its secrets and writing its log'),
  logRetentionDays: z
    .number()
    .refine(days => retentions.includes(days), `must be one of ${retentions.join(', ')}`)
    .default(30),
}

/** The settings that all kinds share, as parsed for one environment. */
export type CommonSettings = {
  readonly [Name in keyof typeof commonSettings]: z.output<(typeof commonSettings)[Name]>
}

/** The same settings with every field optional and no defaults, for one of several places that may each give some. */
export function partOf(settings: z.ZodObject): z.ZodObject {
  return z.strictObject(
    Object.fromEntries(
      Object.entries(settings.shape).map(([name, field]) => [name, optional(field as z.ZodType)]),
    ),
  )
}

function optional(field: z.ZodType): z.ZodType {
  const inner = withoutDefault(field)
  const part = isGroup(field, inner) ? partOf(inner) : inner
  const description = describe(field)
  return (description === undefined ? part : part.describe(description)).optional()
}

function withoutDefault(field: z.ZodType): z.ZodType {
  const hasDefault = field instanceof z.ZodDefault || field instanceof z.ZodPrefault
  return hasDefault ? (field.unwrap() as z.ZodType) : field
}

// Each field of a group has a default of its own. Any other object is given as a whole.
function isGroup(field: z.ZodType, inner: z.ZodType): inner is z.ZodObject {
  return field instanceof z.ZodPrefault && inner instanceof z.ZodObject
}

function describe(field: z.ZodType): string | undefined {
  if (!(field instanceof z.ZodDefault)) return field.description
  const value = `${JSON.stringify(field.def.defaultValue)} by default`
  return field.description === undefined ? value : `${field.description}; ${value}`
}

/** Overlays one environment's settings on the common ones: merges maps and groups by key, replaces everything else. */
export function overlay(settings: z.ZodObject, all: Part, own: Part): Part {
  const both = Object.entries(settings.shape).filter(([name]) => name in all && name in own)
  const overlaid = both.map(([name, field]) => [name, overlayField(field as z.ZodType, all[name], own[name])])
  return { ...all, ...own, ...Object.fromEntries(overlaid) }
}

function overlayField(field: z.ZodType, all: unknown, own: unknown): unknown {
  const inner = withoutDefault(field)
  if (inner instanceof z.ZodRecord) return { ...(all as Part), ...(own as Part) }
  return isGroup(field, inner) ? overlay(inner, all as Part, own as Part) : own
}

/** Faults across fields, for settings of any kind. */
export function commonFaults({
  variables,
  secrets,
}: Pick<CommonSettings, 'variables' | 'secrets'>): string[] {
  return Object.keys(secrets)
    .filter(name => Object.hasOwn(variables, name))
    .map(name => `secrets.${name}: is already one of the variables`)
}
