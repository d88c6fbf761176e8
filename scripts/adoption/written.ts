import { z } from 'zod'
import { UserError } from '../base/user-error.ts'
import { initAnswers } from './answers.ts'
import { adoptionErrors } from './errors.ts'

/** The path of the file that says what Waybill wrote. */
export const writtenFile = '.waybill/written.json'

const schema = z.strictObject({
  version: z.string().regex(/^\d+\.\d+\.\d+/),
  answers: initAnswers,
  files: z.record(z.string(), z.array(z.string())),
})

/** What Waybill wrote: with which version, from which answers, and the text of each file that upgrade merges. */
export type Written = Omit<z.output<typeof schema>, 'files'> & { readonly files: ReadonlyMap<string, string> }

/** Parses the file. The texts are in lines, so that a change of them can be read in a diff. */
export function parseWritten(text: string): Written {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new UserError(adoptionErrors['upgrade-written'], `${writtenFile} is not valid JSON`, {
      cause: String(error),
      origin: error,
    })
  }
  const result = schema.safeParse(value)
  if (!result.success)
    throw new UserError(adoptionErrors['upgrade-written'], `${writtenFile} is not one of Waybill's`, {
      cause: z.prettifyError(result.error),
    })
  const files = Object.entries(result.data.files).map(([path, lines]) => [path, lines.join('\n')] as const)
  return { ...result.data, files: new Map(files) }
}

/** Prints the file. */
export function printWritten({ version, answers, files }: Written): string {
  const lines = [...files].map(([path, text]) => [path, text.split('\n')])
  return `${JSON.stringify({ version, answers, files: Object.fromEntries(lines) }, null, 2)}\n`
}
