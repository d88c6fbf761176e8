import { readFileSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { join, relative, resolve } from 'node:path'
import { exitCodes, UserError } from '../scripts/base/user-error.ts'
import { printTarget } from '../scripts/names/target.ts'
import type { SynthInput } from '../scripts/stack/synth-input.ts'
import { printSynthError, synthErrorJson } from './print-synth-error.ts'

// Before the packages are imported, which are most of what a synth takes.
enableCompileCache(join(import.meta.dirname, '..', 'node_modules', '.cache', 'node'))
// cdktf still calls a function of Node that is deprecated, which is nothing that a person could mend.
process.noDeprecation = true

const inputFile = process.env.SYNTH_INPUT || undefined

try {
  await main(inputFile)
} catch (error) {
  process.exitCode = error instanceof UserError ? exitCodes[error.ending] : exitCodes.bug
  process.stderr.write(printSynthError(error))
  // Whoever writes an input is a program, and reads this.
  if (inputFile !== undefined && error instanceof UserError) process.stdout.write(synthErrorJson(error))
}

/** Synthesizes what the file says that `SYNTH_INPUT` names (`-` is stdin), or the foundation and all that is pinned in the work tree. */
async function main(file: string | undefined): Promise<void> {
  const { synthesize } = await import('./synthesize.ts')
  if (file !== undefined) {
    // Waybill's own scripts have written it, from what they had parsed. On stdin it comes when there is one: until
    // then the packages are loaded.
    const text = readFileSync(file === '-' ? 0 : file, 'utf8')
    if (text !== '') synthesize(JSON.parse(text) as SynthInput)
    return
  }
  const { collectWorkTree } = await import('./input/work-tree.ts')
  const { input, unpinned } = collectWorkTree(process.cwd(), resolve('cdktf.out'))
  const lines = synthesize(input).map(({ id, tag }) => `${id}: ${tag ?? 'what every service stands on'}`)
  const others = unpinned.map(target => `${printTarget(target)}: no pin, so no stack`)
  const end = `${lines.length} stacks are in ${relative('.', input.outdir)}/stacks`
  process.stdout.write(`${[...lines, ...others, end].join('\n')}\n`)
}
