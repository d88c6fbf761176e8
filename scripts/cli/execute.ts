import { asUserError } from '../base/machine-error.ts'
import { stopped, untilAborted, wasStopped } from '../base/stop.ts'
import { exitCodes } from '../base/user-error.ts'
import type { Command, Invocation } from './command.ts'
import { exitCodeOf, printFailure } from './failure.ts'
import { readWords } from './options/words.ts'
import { wantsJson } from './pages.ts'
import { printError } from './print-error.ts'
import { type Output, reporter } from './reporter.ts'
import type { Surroundings } from './run-action.ts'

/** What a command runs in: a process, or what a test gives it. */
export type Host = Pick<Invocation, 'ask' | 'clock' | 'untilStopped'> & {
  /** Aborts when the command has to end at once; its reason is the error that it ends with. */
  readonly atOnce: AbortSignal
  /** The words of the command line, as in `TAG=service-a-v1.1.0`. */
  readonly arguments: readonly string[]
  readonly environment: Record<string, string>
  readonly folder: string
  readonly stdout: Output
  readonly stderr: Output
  /** Whether `environment` is that of this process, in which AWS's SDK looks by itself. */
  readonly isProcess: boolean
  /** What to do once the values of all options are accepted, before anything of the work is loaded. */
  beforeWork?(): Promise<void>
}

const noticeMs = 20

/** Runs a command, prints its end and answers its exit code. */
export async function execute(command: Command, host: Host): Promise<number> {
  const { environment, stdout, stderr } = host
  const asJson = wantsJson(host)
  // With JSON=1, stdout is for documents of the published schema only.
  const output = asJson ? stderr : stdout
  const ends: (() => unknown)[] = []
  const stops: AbortSignal[] = []
  let truth = 'What it had done by then stays.'
  try {
    const working = run(command, host, {
      report: reporter(output, environment),
      atEnd: end => void ends.unshift(end),
      nowTrue: text => (truth = text),
      untilStopped() {
        const signal = host.untilStopped()
        stops.push(signal)
        return signal
      },
    })
    const print = await untilAborted(host.atOnce, working)
    if (asJson) stdout.write(print())
    return exitCodes.done
  } catch (caught) {
    const known = asUserError(caught) ?? caught
    // Ctrl-C reaches the programs that a command has started, too, and one of them may fail before it is noticed here.
    if (stops.length > 0) await host.clock.sleep(noticeMs)
    const error = wasStopped(known, stops) ? stopped(known, truth) : known
    const code = exitCodeOf(error)
    printError(error, reporter(stderr, environment))
    if (asJson) stdout.write(printFailure(error, code))
    return code
  } finally {
    for (const end of ends) await end()
  }
}

async function run(command: Command, host: Host, more: Surroundings): Promise<() => string> {
  const argued = readWords(command, host.arguments)
  // What is refused should not wait for what is loaded below.
  const { readOptions } = await import('./options/options.ts')
  const read = readOptions(command, host.environment, argued)
  await host.beforeWork?.()
  const { runAction } = await import('./run-action.ts')
  return await runAction(command, read, host, more)
}
