import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { privateFolderMode } from '../../base/io/private-file.ts'
import { machineErrorIn } from '../../base/machine-error.ts'
import { plainLines } from '../../base/printable.ts'
import { compileCache, programFile } from '../../base/program/place.ts'
import { isUsualVariable } from '../../base/program/usual-variables.ts'
import type { SynthInput } from '../synth-input.ts'

const main = programFile('cdktf/main')

/** The stacks of one run. The run removes them when it ends. */
export type Synthesized = {
  /** The folder of a stack, by its id. */
  folder(stackId: string): string
  remove(): Promise<void>
}

// A synth of 100 services takes seconds. The time counts from the start of the command, which may wait for a remote first.
const longestMs = 30 * 60_000

// Longer than any run takes, so anything older was left by a killed run.
const staleAfterMs = 24 * 3_600_000

/** Makes a folder for one run below `cdktf.out`, so that concurrent runs do not collide. */
export async function runFolder(root: string): Promise<{ folder: string; remove(): Promise<void> }> {
  const out = join(root, 'cdktf.out')
  await mkdir(out, { recursive: true, mode: privateFolderMode })
  await removeStale(out)
  const folder = await mkdtemp(join(out, 'run-'))
  return { folder, remove: () => rm(folder, { recursive: true, force: true, maxRetries: 3 }) }
}

/** Removes the folders of runs that were killed long ago, since a plan in them can contain secrets. */
async function removeStale(out: string): Promise<void> {
  const names = (await readdir(out)).filter(name => name.startsWith('run-'))
  await Promise.all(
    names.map(async name => {
      const { mtimeMs } = await stat(join(out, name)).catch(() => ({ mtimeMs: Date.now() }))
      if (Date.now() - mtimeMs > staleAfterMs)
        await rm(join(out, name), { recursive: true, force: true, maxRetries: 3 })
    }),
  )
}

/** A process that loads the constructs ahead of a synth. It exits by itself if no synth is asked for. */
export type Synthesizer = {
  /** Synthesizes stacks below a repository's root. Works once. */
  synthesize(root: string, wanted: Omit<SynthInput, 'outdir' | 'root'>): Promise<Synthesized>
  /** Ends a process that is no longer needed. */
  stop(): void
}

const ahead = new WeakMap<Record<string, string>, Synthesizer>()

/** Starts the process that the next synth of a command with this environment gets. Answers what ends it. */
export function startAhead(environment: Record<string, string>): () => void {
  const started = start(environment)
  provideSynthesizer(environment, started)
  return started.stop
}

/** Lets the next synth of a command with this environment use a synthesizer. */
export function provideSynthesizer(environment: Record<string, string>, synthesizer: Synthesizer): void {
  ahead.set(environment, synthesizer)
}

/**
 * Starts loading the constructs, which takes most of a synth's time, in a separate process while the command does other
 * work. A command that needs no stack never loads them.
 */
export function startSynthesizer(environment: Record<string, string>): Synthesizer {
  const started = ahead.get(environment)
  ahead.delete(environment)
  return started ?? start(environment)
}

function start(environment: Record<string, string>): Synthesizer {
  // A repository's own additions to stacks run in it, which need no credentials.
  const usual = Object.fromEntries(Object.entries(environment).filter(([name]) => isUsualVariable(name)))
  const env = { NODE_COMPILE_CACHE: compileCache, ...usual, SYNTH_INPUT: '-' }
  const child: ChildProcessWithoutNullStreams = spawn(process.execPath, [main], {
    env,
    timeout: longestMs,
    killSignal: 'SIGKILL',
  })
  const ended = outcomeOf(child)
  // A process that cannot start has no streams.
  const handles = [child, child.stdin, child.stdout, child.stderr].filter(Boolean) as unknown as Handle[]
  // A command that fails before the synth must not wait for the process.
  for (const handle of handles) handle.unref()
  return {
    stop: () => void child.kill(),
    async synthesize(root, wanted) {
      // If the folder cannot be made, the process gets no input and must not keep this one waiting.
      const { folder: outdir, remove } = await runFolder(root)
      for (const handle of handles) handle.ref()
      child.stdin?.end(JSON.stringify({ ...wanted, root, outdir } satisfies SynthInput))
      const { exitCode, stdout, stderr } = await ended
      if (exitCode === 0) return { folder: id => join(outdir, 'stacks', id), remove }
      await remove()
      throw await explainSynth(exitCode, stdout, stderr)
    },
  }
}

type Child = Partial<Pick<ChildProcessWithoutNullStreams, 'stdin' | 'stdout' | 'stderr'>> &
  Pick<ChildProcessWithoutNullStreams, 'once'>

type Handle = { ref(): void; unref(): void }

type Ended = { readonly exitCode: number | null; readonly stdout: string; readonly stderr: string }

function outcomeOf(child: Child): Promise<Ended> {
  const output = { stdout: '', stderr: '' }
  child.stdout?.setEncoding('utf8').on('data', text => (output.stdout += text))
  child.stderr?.setEncoding('utf8').on('data', text => (output.stderr += text))
  // A process that cannot start exits before it reads its input. Its exit explains why, so this error does not matter.
  child.stdin?.on('error', () => undefined)
  return new Promise(resolve => {
    child.once('error', error => resolve({ exitCode: null, stdout: '', stderr: String(error) }))
    child.once('close', exitCode => resolve({ exitCode, ...output }))
  })
}

/** Starts a synthesizer and synthesizes stacks with it. */
export async function runSynth(
  root: string,
  environment: Record<string, string>,
  wanted: Omit<SynthInput, 'outdir' | 'root'>,
): Promise<Synthesized> {
  return await startSynthesizer(environment).synthesize(root, wanted)
}

async function explainSynth(exitCode: number | null, stdout: string, stderr: string): Promise<Error> {
  // Its schema takes longer to load than the rest of this file, which a command starts with.
  const { parseSynthError } = await import('../synth-error.ts')
  return (
    parseSynthError(stdout) ??
    machineErrorIn(stderr, 'synthesize the stacks') ??
    new Error(`node cdktf/main.ts ended with ${exitCode}:\n${plainLines(stderr, 4000)}`)
  )
}
