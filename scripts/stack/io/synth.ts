import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { plainLines } from '../../base/printable.ts'
import { type ErrorCode, type ErrorDetails, UserError } from '../../base/user-error.ts'
import type { SynthInput } from '../synth-input.ts'

const main = join(import.meta.dirname, '..', '..', '..', 'cdktf', 'main.ts')

/** Where the stacks of one run lie; it is removed when the run has ended. */
export type Synthesized = {
  /** The folder of a stack, by its id. */
  folder(stackId: string): string
  remove(): Promise<void>
}

// Longer than any run takes: what is older was left by one that was killed.
const leftAfterMs = 24 * 3_600_000

/** A folder for one run, below `cdktf.out`, so that runs at the same time do not meet. */
export async function runFolder(root: string): Promise<{ folder: string; remove(): Promise<void> }> {
  const out = join(root, 'cdktf.out')
  await mkdir(out, { recursive: true })
  await removeLeft(out)
  const folder = await mkdtemp(join(out, 'run-'))
  return { folder, remove: () => rm(folder, { recursive: true, force: true, maxRetries: 3 }) }
}

/** Removes the folders of runs that were killed long ago: a plan in them can hold secrets. */
async function removeLeft(out: string): Promise<void> {
  const names = (await readdir(out)).filter(name => name.startsWith('run-'))
  await Promise.all(
    names.map(async name => {
      const { mtimeMs } = await stat(join(out, name)).catch(() => ({ mtimeMs: Date.now() }))
      if (Date.now() - mtimeMs > leftAfterMs)
        await rm(join(out, name), { recursive: true, force: true, maxRetries: 3 })
    }),
  )
}

/** A process that has the constructs loaded, or is about to; it ends by itself when nothing is asked of it. */
export type Synthesizer = {
  /** Synthesizes stacks below a repository's root, once. */
  synthesize(root: string, wanted: Omit<SynthInput, 'outdir'>): Promise<Synthesized>
  /** Ends the process where nothing was asked of it. */
  stop(): void
}

/**
 * Starts to load the constructs in a process of its own: most of what a synth takes, while there is other work to do,
 * and a command that needs no stack does not load them.
 */
export function startSynthesizer(environment: Record<string, string>): Synthesizer {
  const child = spawn(process.execPath, [main], { env: { ...environment, SYNTH_INPUT: '-' } })
  const ended = outcomeOf(child)
  const handles = [child, child.stdin, child.stdout, child.stderr] as unknown as Handle[]
  // A command that fails before it asks for stacks has nothing to wait for.
  for (const handle of handles) handle.unref()
  return {
    stop: () => void child.kill(),
    async synthesize(root, wanted) {
      for (const handle of handles) handle.ref()
      const { folder: outdir, remove } = await runFolder(root)
      child.stdin.end(JSON.stringify({ ...wanted, outdir } satisfies SynthInput))
      const { exitCode, stdout, stderr } = await ended
      if (exitCode === 0) return { folder: id => join(outdir, 'stacks', id), remove }
      await remove()
      throw explainSynth(exitCode, stdout, stderr)
    },
  }
}

type Handle = { ref(): void; unref(): void }

/** What `cdktf/main.ts` prints of a `UserError`. */
type SynthError = ErrorDetails & { readonly errorCode: ErrorCode; readonly problem: string }

type Ended = { readonly exitCode: number | null; readonly stdout: string; readonly stderr: string }

function outcomeOf(child: ChildProcessWithoutNullStreams): Promise<Ended> {
  const said = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', text => (said.stdout += text))
  child.stderr.setEncoding('utf8').on('data', text => (said.stderr += text))
  // It ends before it has read everything when it cannot even start: how it ended says why.
  child.stdin.on('error', () => undefined)
  return new Promise(resolve => {
    child.once('error', error => resolve({ exitCode: null, stdout: '', stderr: String(error) }))
    child.once('close', exitCode => resolve({ exitCode, ...said }))
  })
}

/** Synthesizes stacks at once. */
export async function runSynth(
  root: string,
  environment: Record<string, string>,
  wanted: Omit<SynthInput, 'outdir'>,
): Promise<Synthesized> {
  return await startSynthesizer(environment).synthesize(root, wanted)
}

function explainSynth(exitCode: number | null, stdout: string, stderr: string): unknown {
  try {
    const { error } = JSON.parse(stdout) as { error: SynthError }
    return new UserError(error.errorCode, error.problem, error)
  } catch {
    return new Error(`node cdktf/main.ts ended with ${exitCode}:\n${plainLines(stderr, 4000)}`)
  }
}
