import { spawn } from 'node:child_process'
import { endGroupOn } from '../support/process-group.ts'

/** A program's exit code and output. */
export type Ended = { readonly code: number; readonly log: string }

/** Runs a program in its own process group, which the signal kills. Returns its exit code instead of throwing. */
export function runGroup(
  file: string,
  args: readonly string[],
  options: { cwd: string; env: Readonly<Record<string, string>>; signal: AbortSignal },
): Promise<Ended> {
  const { signal, ...place } = options
  if (signal.aborted) return Promise.resolve({ code: -1, log: 'the runner was closed' })
  return new Promise(resolve => {
    const child = spawn(file, [...args], { ...place, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
    let log = ''
    const take = (text: string) => {
      log += text
    }
    child.stdout.setEncoding('utf8').on('data', take)
    child.stderr.setEncoding('utf8').on('data', take)
    const stop = endGroupOn(signal, child.pid)
    const end = (code: number) => {
      stop()
      resolve({ code, log })
    }
    child.once('error', error => {
      log += String(error)
      end(-1)
    })
    child.once('close', code => end(code ?? -1))
  })
}
