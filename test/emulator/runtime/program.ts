import { z } from 'zod'
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

const imageSchema = z.object({
  config: z
    .object({
      Cmd: z.array(z.string()).nullish(),
      Entrypoint: z.array(z.string()).nullish(),
      Env: z.array(z.string()).nullish(),
      WorkingDir: z.string().nullish(),
    })
    .default({}),
})

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
  const { Cmd, Entrypoint, Env, WorkingDir } = imageSchema.parse(JSON.parse(bytes.toString('utf8'))).config
  const entrypoint = overrides.EntryPoint ?? Entrypoint ?? []
  if (entrypoint.length > 0 && entrypoint.join(' ') !== ownEntrypoint) {
    return cannotRun(`it starts no entry point of an image's own, as "${entrypoint.join(' ')}" is`)
  }
  const [handler, ...more] = overrides.Command ?? Cmd ?? []
  if (handler === undefined || more.length > 0) {
    return cannotRun('it runs images only whose command is a handler of Node.js, such as "index.handler"')
  }
  const variables = (Env ?? []).map(text => [text.split('=', 1)[0] ?? '', text.slice(text.indexOf('=') + 1)])
  return {
    taskRoot: overrides.WorkingDirectory || WorkingDir || defaultTaskRoot,
    handler,
    env: Object.fromEntries(variables) as Record<string, string>,
  }
}

function cannotRun(why: string): FunctionError {
  return {
    errorType: 'Runtime.InvalidEntrypoint',
    errorMessage: `The emulator (not AWS) cannot run this function: ${why}`,
  }
}
