import { access } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** What a function exports; older runtimes hand it a callback, too. */
export type Handler = (event: unknown, context: object, callback?: Callback) => unknown

/** How a handler of an older runtime answers. */
export type Callback = (error?: unknown, result?: unknown) => void

/** An error of the runtime itself, with the name that Lambda gives it. */
export class RuntimeError extends Error {
  constructor(name: string, message: string) {
    super(message)
    this.name = `Runtime.${name}`
  }
}

const endings = ['', '.js', '.mjs', '.cjs']

/** Loads `file.export` from a folder, as the runtime of Node.js does (aws-lambda-nodejs-runtime-interface-client). */
export async function loadHandler(root: string, name: string): Promise<Handler> {
  const [, module = '', path = ''] = /^([^.]*)\.(.*)$/.exec(basename(name)) ?? []
  if (module === '' || path === '') throw new RuntimeError('MalformedHandlerName', 'Bad handler')
  const wanted = join(dirname(name), module)
  const file = await findFile(join(root, wanted))
  if (file === undefined) throw new RuntimeError('ImportModuleError', `Error: Cannot find module '${wanted}'`)
  const found = exportOf(await load(file), path)
  if (found === undefined) throw new RuntimeError('HandlerNotFound', `${name} is undefined or not exported`)
  if (typeof found !== 'function') throw new RuntimeError('HandlerNotFound', `${name} is not a function`)
  return found as Handler
}

async function findFile(path: string): Promise<string | undefined> {
  for (const ending of endings) {
    const exists = await access(path + ending).then(
      () => true,
      () => false,
    )
    if (exists) return path + ending
  }
  return undefined
}

async function load(file: string): Promise<object> {
  try {
    return (await import(pathToFileURL(file).href)) as object
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    if (cause instanceof SyntaxError) throw new RuntimeError('UserCodeSyntaxError', `SyntaxError: ${message}`)
    if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') {
      throw new RuntimeError('ImportModuleError', `Error: ${message}`)
    }
    throw cause
  }
}

/** An export by its path; what a CommonJS module exports may only be found in its default. */
function exportOf(module: object, path: string): unknown {
  const from = (start: unknown) =>
    path
      .split('.')
      .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], start)
  return from(module) ?? from((module as { default?: unknown }).default)
}
