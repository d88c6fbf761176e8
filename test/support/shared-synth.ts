import { type ChildProcess, fork } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { extensionPaths } from '../../scripts/names/own-resources.ts'
import { runFolder, runSynth, type Synthesizer } from '../../scripts/stack/io/synth.ts'
import { parseSynthError } from '../../scripts/stack/synth-error.ts'
import type { SynthInput } from '../../scripts/stack/synth-input.ts'
import { projectRoot } from './run.ts'

/*
 * One process that synthesizes for all commands that run in this one: most of the time of a synth goes into loading
 * packages. Commands that tests start as processes start one of their own for each synth, as users' do.
 */

/** What the process answers: nothing more where all went well. */
export type Synthesis = { readonly id: number; readonly error?: string; readonly bug?: string }

let shared: ChildProcess | undefined
let last = 0
const waiting = new Map<number, (answer: Synthesis) => void>()

/** Synthesizes once for a command with this environment. */
export function sharedSynthesizer(environment: Record<string, string>): Synthesizer {
  return {
    stop() {},
    async synthesize(root, wanted) {
      // A module is loaded once in a process, and a test may change it.
      const isExtended = wanted.stacks.some(({ service }) =>
        extensionPaths(service).some(path => existsSync(join(root, path))),
      )
      if (isExtended) return await runSynth(root, environment, wanted)
      const { folder: outdir, remove } = await runFolder(root)
      const { error, bug } = await ask({ ...wanted, root, outdir })
      if (error === undefined && bug === undefined)
        return { folder: id => join(outdir, 'stacks', id), remove }
      await remove()
      throw (error && parseSynthError(error)) ?? new Error(bug)
    },
  }
}

async function ask(input: SynthInput): Promise<Synthesis> {
  const child = shared ?? start()
  shared = child
  const id = ++last
  // Only while something is asked for does it keep this process from ending.
  child.channel?.ref()
  const answer = await new Promise<Synthesis>(resolve => {
    waiting.set(id, resolve)
    child.send({ id, input })
  })
  waiting.delete(id)
  if (waiting.size === 0) child.channel?.unref()
  return answer
}

function start(): ChildProcess {
  const child = fork(join(import.meta.dirname, 'synth-process.ts'), {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    cwd: projectRoot,
    env: {
      PATH: process.env.PATH ?? '',
      TZ: 'UTC',
      NODE_COMPILE_CACHE: join(projectRoot, 'node_modules', '.cache', 'node'),
    },
  })
  child.unref()
  child.on('message', (answer: Synthesis) => waiting.get(answer.id)?.(answer))
  child.on('exit', code => {
    shared = undefined
    for (const [id, answer] of waiting)
      answer({ id, bug: `the process that synthesizes has ended with ${code}` })
  })
  return child
}
