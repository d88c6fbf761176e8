import { spawn } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { checkAnswer } from './answers.ts'
import { type Outcome, projectRoot } from './run.ts'
import type { World } from './world.ts'

/** A command of Waybill that a test may end before it has ended. */
export type Killable = {
  readonly pid: number
  readonly ended: Promise<Outcome>
  /** Sends a signal to the command's own process, and to nothing that it has started. */
  signal(name: NodeJS.Signals): void
  /** Sends a signal to its process group, as a terminal does at Ctrl-C. */
  signalGroup(name: NodeJS.Signals): void
}

const longestMs = 50_000

/** Starts a command in the clone of a world. */
export function startWaybill(
  world: World,
  command: string,
  options: Readonly<Record<string, string>>,
): Killable {
  const child = spawn(process.execPath, [join(projectRoot, 'scripts', `${command}.ts`)], {
    cwd: world.clone,
    env: { ...world.env, ...options },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own, as at a terminal.
    detached: true,
    timeout: longestMs,
    killSignal: 'SIGKILL',
  })
  const said = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', text => (said.stdout += text))
  child.stderr.setEncoding('utf8').on('data', text => (said.stderr += text))
  return {
    pid: child.pid as number,
    ended: new Promise<Outcome>(resolve =>
      child.once('close', code => resolve({ code: code ?? -1, ...said })),
    ).then(outcome => {
      checkAnswer(command, options, outcome)
      return outcome
    }),
    signal: name => void child.kill(name),
    signalGroup: name => void process.kill(-(child.pid as number), name),
  }
}

/** The processes of terraform that work in a folder's stacks (Linux alone lists them without another program). */
export async function terraformsOf(world: World): Promise<number[]> {
  const ids = (await readdir('/proc')).filter(name => /^\d+$/.test(name))
  const found = await Promise.all(
    ids.map(async id => {
      const line = await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')
      return line.startsWith('terraform\0') && line.includes(world.clone) ? [Number(id)] : []
    }),
  )
  return found.flat()
}

/** Waits until no terraform of a world is left: one whose command was killed ends what it is at. */
export async function terraformsEnded(world: World): Promise<void> {
  for (let waited = 0; waited < longestMs; waited += 50) {
    if ((await terraformsOf(world)).length === 0) return
    await sleep(50)
  }
  throw new Error('terraform does not end')
}
