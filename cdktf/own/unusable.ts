import { inspect } from 'node:util'
import { plainLines } from '../../scripts/base/printable.ts'
import { UserError } from '../../scripts/base/user-error.ts'
import { stackErrors } from '../../scripts/stack/errors.ts'

/** The error for an extension that fails, with the line of it that Node names. */
export function unusable(root: string, path: string, how: string, error: unknown): UserError {
  const message = error instanceof Error ? `${error.name}: ${error.message}` : inspected(error)
  return new UserError(stackErrors['own-stack-unusable'], `${placeOf(root, path, error)} ${how}`, {
    cause: plainLines(message, 2000),
    remedy: `Correct ${path}. ${hintFor(error)}`.trim(),
    origin: error,
  })
}

/** What was thrown, which can be anything, null and objects that no string can be made of included. */
function inspected(thrown: unknown): string {
  return typeof thrown === 'string' ? thrown : inspect(thrown)
}

function placeOf(root: string, path: string, error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  // As in "at default (file:///home/ada/parcels/services/a/stack.ts:12:5)", or the first line of a syntax error.
  const at = stack.indexOf(`${root}/${path}:`)
  const line = at < 0 ? undefined : /^\d+/.exec(stack.slice(at + root.length + path.length + 2))?.[0]
  return line === undefined ? path : `${path}:${line}`
}

function hintFor(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown }
  if (code === 'ERR_MODULE_NOT_FOUND')
    return 'What it imports has to be installed: npm install it, and name files with their extension.'
  if (code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX')
    return 'Node runs TypeScript as it is: leave out enums, namespaces and parameter properties.'
  if (error instanceof SyntaxError && /outside a module|Unexpected token 'export'/.test(error.message))
    return 'package.json says that .ts files are CommonJS: rename it to .mts.'
  return ''
}
