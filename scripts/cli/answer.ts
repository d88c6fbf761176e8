import { z } from 'zod'
import { printJson } from '../base/printable.ts'
import { type Action, calledAs } from './command.ts'

/** A command's name and the schema of its answer. */
export type Answering = Pick<Action, 'answer'> & { readonly name: string }

const error = {
  code: z.string().describe('The stable code, as in docs/errors.md; "bug" for a bug in Waybill'),
  problem: z.string(),
  cause: z.string().optional().describe('The cause, as AWS, git or the file itself said it'),
  remedy: z.string(),
}

/** What a command prints with `JSON=1` when it fails. */
const failure = {
  error: z.strictObject({ ...error, exitCode: z.int().min(1).max(6) }),
  errors: z.array(z.strictObject(error)).optional().describe('Every error, where several came together'),
}

/** The one document that a command prints with `JSON=1`: its answer, or an error with what is known of the answer. */
export function documentSchema({ name, answer }: Answering): z.ZodType {
  const failed = answer.partial().extend(failure)
  return z
    .union([answer.meta({ title: 'done' }), failed.meta({ title: 'failed' })])
    .meta({ title: `${calledAs(name)} JSON=1` })
}

/** Prints an answer. One that does not match its schema is a bug. */
export function printAnswer({ name, answer: schema }: Answering, answer: unknown): string {
  const text = `${printJson(answer ?? null)}\n`
  const { error } = schema.safeParse(JSON.parse(text))
  if (error !== undefined)
    throw new TypeError(`the answer of ${name} does not match its schema:\n${z.prettifyError(error)}`)
  return text
}
