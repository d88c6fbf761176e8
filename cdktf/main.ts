import { Console } from 'node:console'
import { readFileSync, statSync } from 'node:fs'
import { enableCompileCache, registerHooks } from 'node:module'
import { relative, resolve } from 'node:path'
import { asUserError } from '../scripts/base/machine-error.ts'
import { shown } from '../scripts/base/printable.ts'
import { joinedHooks } from '../scripts/base/program/joined-packages.ts'
import { compileCache, packageRoot } from '../scripts/base/program/place.ts'
import { exitCodes, UserError } from '../scripts/base/user-error.ts'
import { printError } from '../scripts/cli/print-error.ts'
import { reporter } from '../scripts/cli/reporter.ts'
import { printTarget } from '../scripts/names/target.ts'
import { isPackageMissing, stackPackagesMissing } from '../scripts/stack/packages.ts'
import type { SynthInput } from '../scripts/stack/synth-input.ts'
import { synthErrorJson } from './synth-error-json.ts'

// Before the imports of the packages, which take most of a synth's time.
enableCompileCache(compileCache)
registerHooks(joinedHooks({ readFileSync, statSync }))
// cdktf calls a deprecated function of Node, which users cannot fix.
process.noDeprecation = true

// The stacks have the variables of services, which can be secret though they should not.
process.umask(0o077)

const inputFile = process.env.SYNTH_INPUT || undefined
const writeAnswer = process.stdout.write.bind(process.stdout)

try {
  await main(inputFile)
} catch (caught) {
  const error = asUserError(caught) ?? caught
  process.exitCode = error instanceof UserError ? exitCodes[error.ending] : exitCodes.bug
  // Without colours, since the command that asked for the synth reads this, too.
  printError(error, reporter({ write: text => process.stderr.write(text) }))
  // An input comes from a program, which reads this.
  if (inputFile !== undefined && error instanceof UserError) writeAnswer(synthErrorJson(error))
}

/** Synthesizes the input in `file` (`-` is stdin), or else the foundation and everything pinned in the work tree. */
async function main(file: string | undefined): Promise<void> {
  const { synthesize } = await import('./synthesize.ts').catch(explainMissing)
  const synthesizeAll = async (input: SynthInput) => synthesize(input, await ownResources(input))
  if (file !== undefined) {
    // Waybill's own scripts write it from parsed values. Reading stdin waits for it, after the packages are loaded.
    const text = readFileSync(file === '-' ? 0 : file, 'utf8')
    if (text !== '') await synthesizeAll(JSON.parse(text) as SynthInput)
    return
  }
  const { collectWorkTree } = await import('./input/work-tree.ts')
  const { input, unpinned } = collectWorkTree(process.cwd(), resolve('cdktf.out'))
  const written = await synthesizeAll(input)
  const lines = written.map(({ id, tag }) => `${id}: ${tag ?? 'shared by all services'}`)
  const others = unpinned.map(target => `${printTarget(target)}: no pin, so no stack`)
  const end = `${lines.length} stacks are in ${relative('.', input.outdir)}/stacks`
  writeAnswer(shown(`${[...lines, ...others, end].join('\n')}\n`))
}

/**
 * Keeps stdout and the exit code for the caller from here on: what extensions print goes to stderr, and one that ends the
 * process fails instead, since the synth would seem to have succeeded.
 */
function guardProcess(): void {
  globalThis.console = new Console(process.stderr)
  process.stdout.write = process.stderr.write.bind(process.stderr)
  process.exit = code => {
    throw new Error(`process.exit(${code ?? ''}) would end the synth: throw an error instead`)
  }
}

/** Loads what the repository adds to its stacks. */
async function ownResources({ root, stacks }: SynthInput) {
  if (root === undefined || stacks.length === 0) return undefined
  const { loadOwn } = await import('./own/load.ts')
  guardProcess()
  return await loadOwn(
    root,
    stacks.map(({ service }) => service),
  )
}

/** Waybill installs without the packages that only a synth needs. */
function explainMissing(error: unknown): never {
  if (!isPackageMissing(error)) throw error
  throw stackPackagesMissing(error, readFileSync(`${packageRoot}/package.json`, 'utf8'))
}
