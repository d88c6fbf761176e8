import { awsAccess } from '../aws/access.ts'
import { shown } from '../base/printable.ts'
import { printAnswer } from './answer.ts'
import type { Command, Invocation } from './command.ts'
import type { Host } from './execute.ts'
import type { ReadOptions } from './options/options.ts'

/** What the rest of a command's invocation is made of. */
export type Surroundings = Pick<Invocation, 'report' | 'atEnd' | 'nowTrue' | 'untilStopped'>

/** Does what a command does with the values of its options, and returns a function that prints the answer. */
export async function runAction(
  command: Command,
  { options, dryRun, settings, ignored }: ReadOptions,
  { environment, clock, folder, ask, isProcess }: Host,
  more: Surroundings,
): Promise<() => string> {
  const end = await command.ahead?.(options as never, environment)
  if (end !== undefined) more.atEnd(end)
  const action = await command.load()
  for (const name of ignored)
    more.report.line(`${name} in the environment is ignored: it only counts as an argument.`)
  const aws = awsAccess(environment, { timeoutMs: settings.timeoutMs, isProcess })
  const answer = await action.run(options as never, {
    ...more,
    environment,
    settings,
    aws,
    clock,
    folder,
    dryRun,
    ask: question => ask(shown(question)),
  })
  return () => printAnswer({ name: command.name, answer: action.answer }, answer)
}
