import type { z } from 'zod'
import { baseErrors } from './errors.ts'
import { plain } from './printable.ts'
import { UserError } from './user-error.ts'

/** Where a JSON text comes from and what to do when it is bad. */
export type JsonSource = { readonly name: string; readonly remedy: string }

// A fault may quote a key or a piece of the text, which can be long and hold anything.
const longestFault = 400

/** Reads JSON text and checks it against a schema; a bad text is a `UserError` that lists every fault. */
export function parseJson<Schema extends z.ZodType>(
  text: string,
  schema: Schema,
  source: JsonSource,
): z.output<Schema> {
  const result = schema.safeParse(readJson(text, source))
  if (result.success) return result.data
  throw badJson(source, result.error.issues.map(printIssue))
}

/** The error for a JSON text with some faults, one line each. */
export function badJson(source: JsonSource, faults: readonly string[]): UserError {
  const lines = [...new Set(faults)].map(fault => `  ${plain(fault, longestFault)}`)
  return new UserError(baseErrors['invalid-content'], `${source.name} is not valid:\n${lines.join('\n')}`, {
    remedy: source.remedy,
  })
}

/** Reads JSON text; a text that is no JSON is a `UserError` with the place that the parser names. */
export function readJson(text: string, source: JsonSource): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    throw new UserError(baseErrors['invalid-json'], `${source.name} is not JSON`, {
      cause: plain(error instanceof Error ? error.message : String(error), longestFault),
      remedy: source.remedy,
    })
  }
}

/** One fault as `build.output: must be …`. */
export function printIssue(issue: z.core.$ZodIssue): string {
  const path = issue.path.map(String).join('.')
  const message = issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message
  return path === '' ? message : `${path}: ${message}`
}
