import type { z } from 'zod'
import type { AwsAccess } from '../aws/access.ts'
import type { Clock } from '../base/clock.ts'
import type { Settings } from './options/settings.ts'
import type { OptionText, SettingName } from './options/texts.ts'
import type { Reporter } from './reporter.ts'

/** What a command gets besides its own options. */
export type Invocation = {
  readonly report: Reporter
  /** The environment of the command, read once; what it starts gets the same. */
  readonly environment: Record<string, string>
  /** The values of the WAYBILL_* variables. */
  readonly settings: Settings
  /** How AWS is reached. */
  readonly aws: AwsAccess
  readonly clock: Clock
  readonly folder: string
  readonly dryRun: boolean
  /** Asks a person at the terminal; undefined when there is none. */
  ask(question: string): Promise<string | undefined>
  /**
   * From now on the first Ctrl-C or SIGTERM only aborts this signal, and the second ends the command at once. Without it
   * the first one does.
   */
  untilStopped(): AbortSignal
  /** Says what is true from now on, for the message of a command that is stopped. */
  nowTrue(truth: string): void
  /** Registers a cleanup to run when the command ends, whether it succeeds or fails. */
  atEnd(clean: () => unknown): void
}

/**
 * A command as it is before anything of its work is loaded: enough for its help page, and to refuse words that it does not
 * take. What every start loads should stay small, so nothing here is a schema.
 */
export type Command = {
  readonly name: string
  readonly summary: string
  /** The options of a typical call or two, as in `SERVICE=a VERSION=1.1.0`. */
  readonly examples: readonly string[]
  readonly options: Readonly<Record<string, OptionText>>
  /** The WAYBILL_* variables that it reads. */
  readonly reads: readonly SettingName[]
  /** Loads what it does. */
  load(): Promise<Action>
}

/** What a command does: the schemas of its options, its run and its answer. */
export type Action<Shape extends z.ZodRawShape = z.ZodRawShape, Answer extends z.ZodObject = z.ZodObject> = {
  /** One schema for each option. */
  readonly options: Shape
  /** What it prints with `JSON=1` on success; on failure it prints as much of this as is known. */
  readonly answer: Answer
  run(options: z.output<z.ZodObject<Shape>>, invocation: Invocation): Promise<z.input<Answer>>
}

// They set up the repository that has the make targets.
const beforeMake: readonly string[] = ['init', 'upgrade']

/** How a person calls a command, as in `make pin`. */
export function calledAs(name: string): string {
  return beforeMake.includes(name) ? `npx waybill ${name}` : `make ${name}`
}

/** Defines a command, for a process or a test to run. */
export function command(definition: Command): Command {
  return definition
}

/** Defines what a command does. */
export function action<Shape extends z.ZodRawShape, Answer extends z.ZodObject>(
  definition: Action<Shape, Answer>,
): Action<Shape, Answer> {
  return definition
}
