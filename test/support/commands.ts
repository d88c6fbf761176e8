import { join } from 'node:path'
import { execute } from '../../scripts/cli/execute.ts'
import { checkAnswer } from './answers.ts'
import { type Outcome, projectRoot, run } from './run.ts'

/** Where a command runs. */
export type Place = { cwd: string; env: Record<string, string>; timeout?: number }

/** Runs a command in this process, with an environment, a folder and streams of its own. */
export async function runInProcess(name: string, { cwd, env }: Place): Promise<Outcome> {
  // Of most files the first test loads them; a file without one is spared it.
  const { commands } = await import('../../scripts/cli/reference/commands.ts')
  const command = commands.find(one => one.name === name)
  if (command === undefined) throw new Error(`there is no command ${name}`)
  const said = { stdout: '', stderr: '' }
  const writer = (stream: keyof typeof said) => (text: string) => {
    said[stream] += text
  }
  const code = await execute(command, {
    arguments: [],
    environment: { ...env },
    folder: cwd,
    stdout: { write: writer('stdout') },
    stderr: { write: writer('stderr') },
    isProcess: false,
    ask: async () => undefined,
    untilStopped: () => new AbortController().signal,
  })
  checkAnswer(name, env, { code, ...said })
  return { code, ...said }
}

/** Runs a command as a process of its own, as make does. */
export async function runAsProcess(name: string, place: Place, words: string[] = []): Promise<Outcome> {
  const outcome = await run(process.execPath, [join(projectRoot, 'scripts', `${name}.ts`), ...words], place)
  checkAnswer(name, place.env, outcome)
  return outcome
}
