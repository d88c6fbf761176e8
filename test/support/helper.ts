import { type ChildProcess, fork } from 'node:child_process'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { type Outcome, projectRoot } from './run.ts'

/*
 * One more process for each worker of vitest, in which commands run as values, and git. A worker holds the local AWS, its
 * clients and the tests, some hundred MB, and whatever process it starts costs a copy of its page table: 10 ms at 300 MB,
 * during which nothing else runs in it. The helper stays small, and has nothing of the environment of whoever runs the
 * tests.
 */

/** What the helper does: it runs a command as a value, or a program. */
export type Request =
  | { command: string; cwd: string; env: Record<string, string>; words?: readonly string[] }
  | { program: string; args: readonly string[]; cwd: string; env: Record<string, string> }

/** What it answers. */
export type Reply = { id: number; outcome: Outcome } | { id: number; error: string }

type Waiting = { resolve(outcome: Outcome): void; reject(error: Error): void }

let helper: ChildProcess | undefined
let last = 0
const waiting = new Map<number, Waiting>()

/** Lets the helper of this worker do something. */
export function ask(request: Request): Promise<Outcome> {
  const child = helper ?? start()
  helper = child
  const id = ++last
  // Only while something is asked for does it keep this process from ending.
  child.channel?.ref()
  return new Promise<Outcome>((resolve, reject) => {
    waiting.set(id, { resolve, reject })
    child.send({ id, request })
  }).finally(() => {
    waiting.delete(id)
    if (waiting.size === 0) child.channel?.unref()
  })
}

function start(): ChildProcess {
  const child = fork(join(import.meta.dirname, 'helper-process.ts'), {
    execArgv: ['--max-semi-space-size=1'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    cwd: projectRoot,
    env: {
      PATH: process.env.PATH ?? '',
      TZ: 'UTC',
      NO_COLOR: '1',
      NODE_COMPILE_CACHE: join(projectRoot, 'node_modules', '.cache', 'node'),
    },
  })
  child.unref()
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    // What builds print, and at last why it has ended, should it.
    said = `${said}${text}`.slice(-4000)
  })
  ;(child.stderr as Socket | null)?.unref()
  child.on('message', (reply: Reply) => {
    const asked = waiting.get(reply.id)
    if ('outcome' in reply) asked?.resolve(reply.outcome)
    else asked?.reject(new Error(reply.error))
  })
  child.on('exit', code => {
    helper = undefined
    for (const { reject } of waiting.values())
      reject(new Error(`the helper has ended with ${code}:\n${said}`))
  })
  return child
}
