import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { checkAnswer } from '../support/answers.ts'
import { type Outcome, projectRoot } from '../support/run.ts'
import type { Scene } from './scene.ts'
import { expectNoSecret } from './secrets.ts'

/** A Waybill command in its own process group. */
export type Running = {
  readonly pid: number
  readonly ended: Promise<Outcome>
  /** Kills it and everything that it has started, and resolves when they are gone. */
  kill(): Promise<void>
}

const longestMs = 50_000

/** Starts a command and checks its output for planted secrets and signs of a bug. */
export function start(
  scene: Scene,
  command: string,
  options: Readonly<Record<string, string>>,
  extra: { cwd?: string; env?: Readonly<Record<string, string>> } = {},
): Running {
  const words = Object.entries(options).map(([name, value]) => `${name}=${value}`)
  const child = spawn(process.execPath, [join(projectRoot, 'scripts', `${command}.ts`), ...words], {
    cwd: extra.cwd ?? scene.clone,
    env: { ...scene.env, ...extra.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const pid = child.pid as number
  const said = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', text => (said.stdout += text))
  child.stderr.setEncoding('utf8').on('data', text => (said.stderr += text))
  const exited = new Promise<void>(resolve => child.once('exit', () => resolve()))
  const timer = setTimeout(() => signal(pid), longestMs)
  const ended = new Promise<Outcome>(resolve => {
    child.once('close', code => resolve({ code: code ?? -1, ...said }))
  }).then(outcome => {
    clearTimeout(timer)
    expectNoSecret(scene.secrets, `what ${command} prints`, outcome.stdout + outcome.stderr)
    expect(outcome.stderr).not.toMatch(/bug in Waybill|^ +at .*:\d+:\d+/m)
    checkAnswer(command, options, outcome)
    return outcome
  })
  // It may end long before anything waits for it.
  ended.catch(() => undefined)
  return {
    pid,
    ended,
    async kill() {
      signal(pid)
      await exited
    },
  }
}

function signal(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // The group is already gone.
  }
}

/** Waits until a process group is empty, since children of a killed process may still run. */
export async function groupEnded(pid: number): Promise<void> {
  for (let waited = 0; waited < longestMs; waited += 20) {
    try {
      process.kill(-pid, 0)
    } catch {
      return
    }
    await sleep(20)
  }
  signal(pid)
}

/** Runs a command to its end. */
export async function runIn(
  scene: Scene,
  command: string,
  options: Readonly<Record<string, string>>,
  extra: Parameters<typeof start>[3] = {},
): Promise<Outcome> {
  return await start(scene, command, options, extra).ended
}
