import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { plainLines } from '../core/printable.ts'
import type { SynthInput } from '../core/synth-input.ts'
import { UserError } from '../core/user-error.ts'

const main = join(import.meta.dirname, '..', '..', 'cdktf', 'main.ts')

/** Where the stacks of one run lie; it is removed when the run has ended. */
export type Synthesized = {
  /** The folder of a stack, by its id. */
  folder(stackId: string): string
  remove(): Promise<void>
}

/** A folder for one run, below `cdktf.out`, so that runs at the same time do not meet. */
export async function runFolder(root: string): Promise<{ folder: string; remove(): Promise<void> }> {
  await mkdir(join(root, 'cdktf.out'), { recursive: true })
  const folder = await mkdtemp(join(root, 'cdktf.out', 'run-'))
  return { folder, remove: () => rm(folder, { recursive: true, force: true, maxRetries: 3 }) }
}

/** Synthesizes stacks in a process of its own, so that a command that needs none does not load the constructs. */
export async function synthesize(
  root: string,
  environment: Record<string, string>,
  wanted: Omit<SynthInput, 'outdir'>,
): Promise<Synthesized> {
  const { $ } = await import('zx/core')
  const { folder: outdir, remove } = await runFolder(root)
  const input = join(outdir, 'input.json')
  await writeFile(input, JSON.stringify({ ...wanted, outdir } satisfies SynthInput))
  const run = $({ cwd: root, env: { ...environment, SYNTH_INPUT: input }, nothrow: true, quiet: true })
  const { exitCode, stdout, stderr } = await run`${process.execPath} ${main}`
  if (exitCode === 0) return { folder: id => join(outdir, 'stacks', id), remove }
  await remove()
  throw explainSynth(exitCode, stdout, stderr)
}

function explainSynth(exitCode: number | null, stdout: string, stderr: string): unknown {
  try {
    const { error } = JSON.parse(stdout) as { error: { problem: string; reason?: string; remedy: string } }
    return new UserError(error.problem, error)
  } catch {
    return new Error(`node cdktf/main.ts ended with ${exitCode}:\n${plainLines(stderr, 4000)}`)
  }
}
