import { z } from 'zod'
import type { Problem } from '../protocol/validation.ts'
import { readInput } from '../protocol/validation.ts'
import { parseXml } from '../protocol/xml.ts'
import { s3Error } from './errors.ts'

/** One element or more of the same name, as a list. */
export function many<T extends z.ZodType>(item: T, { least = 0, most = 1000 } = {}) {
  return z.preprocess(
    value => (value === undefined ? [] : [value].flat()),
    z.array(item).min(least).max(most),
  )
}

/** An element with others in it, and nothing else; an empty one too. */
export function element<T extends z.ZodRawShape>(shape: T) {
  return z.preprocess(value => (value === '' ? {} : value), z.strictObject(shape))
}

/** A whole number, which XML writes as text. */
export const whole = z
  .string()
  .regex(/^-?\d{1,10}$/)
  .transform(Number)

/** A boolean, which XML writes as text. */
export const flag = z
  .enum(['true', 'false', 'TRUE', 'FALSE'])
  .transform(text => text.toLowerCase() === 'true')

/** Reads a document with its schema, or throws `MalformedXML` where the schema names no other error. */
export function readDocument<T extends z.ZodType>(root: string, schema: T, text: string): z.output<T> {
  const document = withoutLayout(parseXml(text)) as Record<string, unknown> | undefined
  const names = Object.keys(document ?? {}).filter(name => name !== '?xml')
  if (names.length !== 1 || names[0] !== root) throw malformedXml()
  return readInput(schema, document?.[root], refuse, 'MalformedXML')
}

function malformedXml() {
  const message = 'The XML you provided was not well-formed or did not validate against our published schema'
  return s3Error('MalformedXML', 400, message)
}

function refuse([problem]: Problem[]) {
  return problem?.code === undefined ? malformedXml() : s3Error(problem.code, 400, problem.constraint)
}

/** Leaves out the white space between elements. */
function withoutLayout(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutLayout)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(
    ([name, text]) => name !== '#text' || String(text).trim() !== '',
  )
  return Object.fromEntries(entries.map(([name, inner]) => [name, withoutLayout(inner)]))
}
