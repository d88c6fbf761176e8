import type { Clock } from '../../scripts/base/clock.ts'
import { execute, type Host } from '../../scripts/cli/execute.ts'
import { systemClock } from '../../scripts/cli/io/clock.ts'
import { commands } from '../../scripts/reference/io/commands.ts'
import { provideSynthesizer } from '../../scripts/stack/io/synth.ts'
import type { Outcome } from './run.ts'
import { sharedSynthesizer } from './shared-synth.ts'

/** Runs a command in this process, with an environment, a folder and streams of its own. */
export async function runInProcess(
  name: string,
  {
    cwd,
    env,
    words = [],
    ask,
    clock = systemClock,
  }: {
    cwd: string
    env: Record<string, string>
    words?: readonly string[]
    ask?: Host['ask']
    clock?: Clock
  },
): Promise<Outcome> {
  const command = commands.find(one => one.name === name)
  if (command === undefined) throw new Error(`there is no command ${name}`)
  const said = { stdout: '', stderr: '' }
  const writer = (stream: keyof typeof said) => (text: string) => {
    // No stream here is a terminal, so nothing that a terminal acts on may ever be written.
    if (/(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(text))
      throw new Error(`not printable: ${JSON.stringify(text)}`)
    said[stream] += text
  }
  const environment = { ...env }
  // A hook of the test may want to see each synth start.
  if (env.NODE_OPTIONS === undefined) provideSynthesizer(environment, sharedSynthesizer(environment))
  const code = await execute(command, {
    arguments: words,
    environment,
    clock,
    folder: cwd,
    stdout: { write: writer('stdout') },
    stderr: { write: writer('stderr') },
    isProcess: false,
    ask: ask ?? (async () => undefined),
    untilStopped: () => new AbortController().signal,
    atOnce: new AbortController().signal,
  })
  return { code, ...said }
}
