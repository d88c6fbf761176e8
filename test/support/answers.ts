import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { projectRoot } from './run.ts'

const ajv = new Ajv2020({ allErrors: true, validateFormats: false, allowUnionTypes: true })
const known = new Map<string, ValidateFunction>()

/** Parses what a command has printed with `JSON=1`; throws unless it is one document of the published schema. */
export function parseAnswer(command: string, stdout: string): unknown {
  const document: unknown = JSON.parse(stdout)
  const isValid = validator(command)
  if (isValid(document)) return document
  const faults = ajv.errorsText(isValid.errors, { separator: '\n  ', dataVar: command })
  throw new Error(`not as docs/schemas/answers/${command}.schema.json says:\n  ${faults}\n${stdout}`)
}

/** Checks it where a command was asked for JSON and has ended by itself. */
export function checkAnswer(
  command: string,
  env: Readonly<Record<string, string>>,
  { code, stdout }: { code: number; stdout: string },
): void {
  if (env.JSON === '1' && code >= 0) parseAnswer(command, stdout)
}

function validator(command: string): ValidateFunction {
  const compiled = known.get(command) ?? ajv.compile(readSchema(command))
  known.set(command, compiled)
  return compiled
}

function readSchema(command: string): object {
  const path = join(projectRoot, 'docs', 'schemas', 'answers', `${command}.schema.json`)
  return JSON.parse(readFileSync(path, 'utf8'))
}
