import type { z } from 'zod'
import { repeatedKeys } from './duplicate-keys.ts'
import { baseErrors } from './errors.ts'
import { nearest } from './nearest.ts'
import { plain } from './printable.ts'
import { keysAt } from './schema-keys.ts'
import { UserError } from './user-error.ts'

/** What messages call a JSON text, and what to do when it is bad. */
export type JsonSource = { readonly name: string; readonly remedy: string }

// A fault may quote a key or part of the text, which can be long and contain anything.
const longestFault = 400

/** Parses JSON text with a schema, or throws a `UserError` that lists every fault. */
export function parseJson<Schema extends z.ZodType>(
  text: string,
  schema: Schema,
  source: JsonSource,
): z.output<Schema> {
  const value = readJson(text, source)
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw badJson(source, printIssues(result.error.issues, schema, value))
}

/** The error that lists the faults of a JSON text, one per line. */
export function badJson(source: JsonSource, faults: readonly string[]): UserError {
  const lines = [...new Set(faults)].map(fault => `  ${plain(fault, longestFault)}`)
  return new UserError(baseErrors['invalid-content'], `${source.name} is not valid:\n${lines.join('\n')}`, {
    remedy: source.remedy,
  })
}

/**
 * Parses JSON text, or throws a `UserError` with the position that the parser reports. Refuses an object that gives a key
 * twice, since a person may have read the first value and `JSON.parse` takes the last.
 */
export function readJson(text: string, source: JsonSource): unknown {
  const value = parse(text, source)
  const faults = repeatedKeys(text)
  if (faults.length > 0) throw badJson(source, faults)
  return value
}

function parse(text: string, source: JsonSource): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    throw new UserError(baseErrors['invalid-json'], `${source.name} is not JSON`, {
      cause: plain(error instanceof Error ? error.message : String(error), longestFault),
      remedy: source.remedy,
    })
  }
}

/** Prints the faults of a value, each on a line; an unknown key comes with the known one that it may stand for. */
export function printIssues(
  issues: readonly z.core.$ZodIssue[],
  schema: z.core.$ZodType,
  value: unknown,
): string[] {
  return issues.flatMap(withinUnion).map(issue => `${printIssue(issue)}${suggestion(issue, schema, value)}`)
}

/**
 * Where only one option of a union is of the value's type, it was meant: its faults say more than that none fits, unless
 * the schema has a message of its own.
 */
function withinUnion(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union' || issue.message !== 'Invalid input') return [issue]
  const ofType = issue.errors.filter(issues => !issues.some(isOfRoot))
  const [meant] = ofType
  if (meant === undefined || ofType.length > 1) return [issue]
  return meant.flatMap(one => withinUnion({ ...one, path: [...issue.path, ...one.path] }))
}

function isOfRoot({ code, path }: z.core.$ZodIssue): boolean {
  return code === 'invalid_type' && path.length === 0
}

function suggestion(issue: z.core.$ZodIssue, schema: z.core.$ZodType, value: unknown): string {
  if (issue.code !== 'unrecognized_keys') return ''
  const known = keysAt(schema, issue.path.map(String), value)
  const meant = issue.keys.flatMap(key => nearest(key, known) ?? [])
  return meant.length === 0 ? '' : ` (did you mean ${meant.map(key => `"${key}"`).join(', ')}?)`
}

/** Prints one fault as `build.output: must be …`. */
export function printIssue(issue: z.core.$ZodIssue): string {
  const path = issue.path.map(String).join('.')
  const message = messageOf(issue)
  return path === '' ? message : `${path}: ${message}`
}

const types: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  object: 'an object',
  record: 'an object',
  string: 'a string',
}

/** Says in plain words of what type something has to be, unless the schema does. */
function messageOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_key') return issue.issues[0]?.message ?? issue.message
  const [, received = ''] = /^Invalid input: expected \w+, received (\w+)$/.exec(issue.message) ?? []
  if (issue.code !== 'invalid_type' || received === '') return issue.message
  const expected = types[issue.expected] ?? issue.expected
  if (received === 'undefined') return `is missing: it must be ${expected}`
  return issue.expected === 'int' && received === 'number'
    ? `must be ${expected}`
    : `must be ${expected}, not ${types[received] ?? received}`
}
