import type { z } from 'zod'
import type { AwsAccess } from '../aws/access.ts'
import type { Reporter } from './reporter.ts'
import type { SettingName, Settings } from './settings.ts'

/** What a command gets beside its own options. */
export type Invocation = {
  readonly report: Reporter
  /** The environment of the command, read once; what it starts gets the same. */
  readonly environment: Record<string, string>
  /** What the WAYBILL_* variables say. */
  readonly settings: Settings
  /** How AWS is reached. */
  readonly aws: AwsAccess
  readonly folder: string
  readonly dryRun: boolean
  /** Asks a person at the terminal; undefined when there is none. */
  ask(question: string): Promise<string | undefined>
  /** From now on a request to end (Ctrl-C, SIGTERM) only aborts this signal; a second one ends the process. */
  untilStopped(): AbortSignal
  /** Calls this when the command has ended, however it ended. */
  atEnd(clean: () => unknown): void
}

/** A command: what it takes, what it does, and what it answers. */
export type Command<Shape extends z.ZodRawShape = z.ZodRawShape, Answer extends z.ZodObject = z.ZodObject> = {
  readonly name: string
  readonly summary: string
  /** The options of a typical call or two, as in `SERVICE=a VERSION=1.1.0`. */
  readonly examples: readonly string[]
  /** One schema for each option, each with a `describe`. */
  readonly options: Shape
  /** The WAYBILL_* variables that it reads. */
  readonly reads: readonly SettingName[]
  /** What it prints with `JSON=1` when it ends well; an error prints what is known by then of the same. */
  readonly answer: Answer
  run(options: z.output<z.ZodObject<Shape>>, invocation: Invocation): Promise<z.input<Answer>>
}

/** A command as a value, which a process or a test runs. */
export function command<Shape extends z.ZodRawShape, Answer extends z.ZodObject>(
  definition: Command<Shape, Answer>,
): Command<Shape, Answer> {
  return definition
}
