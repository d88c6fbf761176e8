import type { z } from 'zod'
import type { AwsAccess } from '../aws/access.ts'
import type { Clock } from '../base/clock.ts'
import type { Settings } from './options/settings.ts'
import type { SettingName } from './options/texts.ts'
import type { OptionValues } from './options/types.ts'
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

/** An option: how its text is read, and what its help says. */
export type Option = {
  readonly type: keyof OptionValues
  /** What the help page says; where it is left out, the usual text of its type. */
  readonly text?: string
  readonly isRequired?: true
}

/** The options that a command takes. */
export type Options = Readonly<Record<string, Option>>

type Sure<Taken extends Options> = {
  [Name in keyof Taken]: Taken[Name] extends { isRequired: true } | { type: 'flag' } ? Name : never
}[keyof Taken]

/** The values of the options of a command. One that may be left out is missing if it was, but a flag is false. */
export type Given<Taken extends Options> = {
  readonly [Name in Sure<Taken>]: OptionValues[Taken[Name]['type']]
} & { readonly [Name in Exclude<keyof Taken, Sure<Taken>>]?: OptionValues[Taken[Name]['type']] | undefined }

/**
 * A command as it is before anything of its work is loaded: enough for its help page, and to refuse what its words give.
 * What every start loads should stay small, so all of it is plain data.
 */
export type Command = {
  readonly name: string
  readonly summary: string
  /** The options of a typical call or two, as in `SERVICE=a VERSION=1.1.0`. */
  readonly examples: readonly string[]
  readonly options: Options
  /** The WAYBILL_* variables that it reads. */
  readonly reads: readonly SettingName[]
  /** Starts, before the rest is loaded, a process that the work will wait for. Answers what ends it. */
  ahead?(values: never, environment: Record<string, string>): Promise<(() => void) | undefined>
  /** Whether it looks at hundreds of releases at once, so that its garbage is worth keeping small. */
  readonly isBulk?: true
  /** Loads what it does. */
  load(): Promise<Action>
}

/** What a command does. */
export type Action<Values = never, Answer extends z.ZodObject = z.ZodObject> = {
  /** What it prints with `JSON=1` on success; on failure it prints as much of this as is known. */
  readonly answer: Answer
  run(values: Values, invocation: Invocation): Promise<z.input<Answer>>
}

// They set up the repository that has the make targets.
const beforeMake: readonly string[] = ['init', 'upgrade']

/** How a person calls a command, as in `make pin`. */
export function calledAs(name: string): string {
  return beforeMake.includes(name) ? `npx waybill ${name}` : `make ${name}`
}

/** Defines what a command does. */
export function action<Values, Answer extends z.ZodObject>(
  definition: Action<Values, Answer>,
): Action<Values, Answer> {
  return definition
}
