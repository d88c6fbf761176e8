import { parseImageConfig } from './image-config.ts'
import type { FunctionError } from './messages.ts'
import type { Content } from './unpack.ts'

/** What of a version's settings says how its code is started. */
export type Program = {
  content: Content
  /** Of a zip. */
  handler?: string | undefined
  runtime?: string | undefined
  /** Of an image: what overrides its own configuration. */
  overrides?: {
    EntryPoint?: readonly string[] | undefined
    Command?: readonly string[] | undefined
    WorkingDirectory?: string | undefined
  }
}

/** Where in its folder the code is, the handler in it, and what an image adds to the environment. */
export type Entry = { taskRoot: string; handler: string; env: Record<string, string> }

/** The entry point of AWS's own base images, which starts the runtime with the handler that the command names. */
const ownEntrypoint = '/lambda-entrypoint.sh'
const defaultTaskRoot = '/var/task'

/** How a program is started, or the error that its invocations answer: only code for Node.js runs here. */
export function entryOf(program: Program): Entry | FunctionError {
  const { content, handler = '', runtime = '' } = program
  if (content.kind === 'image') return entryOfImage(content.config, program.overrides ?? {})
  if (/^nodejs/.test(runtime)) return { taskRoot: '/', handler, env: {} }
  return cannotRun(`it runs functions on Node.js only, not on ${runtime}`)
}

function entryOfImage(bytes: Buffer, overrides: NonNullable<Program['overrides']>): Entry | FunctionError {
  const image = parseImageConfig(bytes)
  const entrypoint = overrides.EntryPoint ?? image.entrypoint ?? []
  if (entrypoint.length > 0 && entrypoint.join(' ') !== ownEntrypoint) {
    return cannotRun(`it starts no entry point of an image's own, as "${entrypoint.join(' ')}" is`)
  }
  const [handler, ...more] = overrides.Command ?? image.command ?? []
  if (handler === undefined || more.length > 0) {
    return cannotRun('it runs images only whose command is a handler of Node.js, such as "index.handler"')
  }
  return {
    taskRoot: overrides.WorkingDirectory || image.workingDir || defaultTaskRoot,
    handler,
    env: image.env,
  }
}

function cannotRun(why: string): FunctionError {
  return {
    errorType: 'Runtime.InvalidEntrypoint',
    errorMessage: `The emulator (not AWS) cannot run this function: ${why}`,
  }
}
