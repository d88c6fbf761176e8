import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { dirname, join } from 'node:path'
import { parseImageConfig } from './image-config.ts'
import { killGroup } from './kill-group.ts'

/** How a container is started: on Node.js with these arguments, in a folder of its image. */
export type Launch = { args: string[]; workingDir: string; env: Record<string, string> }

/** What a task definition says in place of its image. */
export type Overrides = {
  entryPoint?: readonly string[] | undefined
  command?: readonly string[] | undefined
}

/** Reads how an image is started, or says why it cannot be: only commands of Node.js run here. */
export function launchOf(config: Buffer, { entryPoint, command }: Overrides): Launch | string {
  const image = parseImageConfig(config)
  // What a command of its own replaces goes with the entry point (Amazon ECS API reference, ContainerDefinition).
  const whole = [
    ...(entryPoint ?? image.entrypoint ?? []),
    ...(command ?? (entryPoint ? [] : (image.command ?? []))),
  ]
  // The entry point of Node's own images only runs what follows.
  const [program = '', ...args] = whole[0]?.endsWith('docker-entrypoint.sh') ? whole.slice(1) : whole
  if (!/^(?:.*\/)?node$/.test(program) || args.length === 0)
    return `the emulator (not AWS) runs commands of Node.js only, not "${whole.join(' ')}"`
  return { args, workingDir: image.workingDir ?? '/', env: image.env }
}

/** A container as a process. */
export type Container = {
  /** Resolves once it has ended, with the status and the last that it wrote. */
  ended: Promise<{ status: string; output: string }>
  /** Asks it to end, and ends it after a while; with all that it started. */
  stop: () => Promise<void>
  kill: () => Promise<void>
}

/** Shorter than what ECS waits by default, which is 30 s. */
const stopMs = 5000
const mostOutput = 2000
/** Enough for a service of this repository, and small enough for several of them on a machine with 4 GB. */
const memoryMb = 96

/** Starts a container in the folder that its image was unpacked to; it ends with this process, however that ends. */
export function startContainer(
  launch: Launch,
  { root, folder }: { root: string; folder: string },
): Container {
  const guard = new URL('guard.ts', import.meta.url)
  guard.search = new URLSearchParams({ emulator: String(process.pid), root }).toString()
  const flags = [`--max-old-space-size=${memoryMb}`, '--import', guard.href]
  const child = spawn(process.execPath, [...flags, ...launch.args], {
    cwd: join(folder, launch.workingDir),
    env: { PATH: dirname(process.execPath), ...launch.env },
    // A group of its own, so that it is killed together with what it started.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = tailOf(child)
  const ended = endOf(child).then(status => ({ status, output: output() }))
  const kill = async () => {
    killGroup(child, 'SIGKILL')
    await ended
  }
  return {
    ended,
    kill,
    stop: async () => {
      const timer = setTimeout(() => killGroup(child, 'SIGKILL'), stopMs)
      killGroup(child, 'SIGTERM')
      await ended
      clearTimeout(timer)
    },
  }
}

async function endOf(child: ChildProcess): Promise<string> {
  try {
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
    return code === null ? `signal ${signal}` : `exit status ${code}`
  } catch (cause) {
    return (cause as Error).message
  }
}

function tailOf({ stdout, stderr }: ChildProcess): () => string {
  let tail = ''
  for (const stream of [stdout, stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      tail = (tail + text).slice(-mostOutput)
    })
  }
  return () => tail.trim()
}
