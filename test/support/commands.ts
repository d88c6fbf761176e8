import { join } from 'node:path'
import { checkAnswer } from './answers.ts'
import { ask } from './helper.ts'
import { type Outcome, projectRoot, run } from './run.ts'

/** Where a command runs, and its arguments, as in `COMMIT=main`. */
export type Place = { cwd: string; env: Record<string, string>; words?: readonly string[] }

/** Runs a command as a value, with an environment, a folder and streams of its own. */
export async function runCommand(name: string, place: Place): Promise<Outcome> {
  const outcome = await ask({ command: name, ...place })
  checkAnswer(name, place.env, outcome)
  return outcome
}

/** Runs a command as a process of its own, as make does. */
export async function runAsProcess(name: string, place: Place): Promise<Outcome> {
  const outcome = await run(
    process.execPath,
    [join(projectRoot, 'scripts', `${name}.ts`), ...(place.words ?? [])],
    place,
  )
  checkAnswer(name, place.env, outcome)
  return outcome
}
