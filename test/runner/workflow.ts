import { parse } from 'yaml'
import { checkWorkflow, type Events } from './parser.ts'

/** A step of a job, as written. */
export type Step = {
  readonly id?: string
  readonly name?: string
  readonly if?: unknown
  readonly uses?: string
  readonly with?: Readonly<Record<string, unknown>>
  readonly run?: string
  readonly env?: Readonly<Record<string, unknown>>
  readonly shell?: string
  readonly 'continue-on-error'?: boolean
}

/** A job, as written: with steps, or a call of a reusable workflow. */
export type Job = {
  readonly needs?: string | readonly string[]
  readonly if?: unknown
  readonly strategy?: {
    readonly matrix?: Readonly<Record<string, unknown>>
    readonly 'max-parallel'?: number
  }
  readonly outputs?: Readonly<Record<string, unknown>>
  readonly env?: Readonly<Record<string, unknown>>
  readonly steps?: readonly Step[]
  readonly uses?: string
  readonly with?: Readonly<Record<string, unknown>>
  readonly secrets?: Readonly<Record<string, unknown>>
  readonly permissions?: Readonly<Record<string, string>>
  readonly concurrency?: Concurrency
  readonly environment?: string
  readonly 'timeout-minutes'?: number
}

/** A concurrency group, as written. */
export type Concurrency = {
  readonly group: string
  readonly queue?: string
  readonly 'cancel-in-progress'?: boolean
}

/** A workflow that GitHub's parser accepts. */
export type Workflow = {
  /** Such as `.github/workflows/build.yml`. */
  readonly path: string
  readonly name: string
  readonly events: Events
  readonly outputs: Readonly<Record<string, unknown>>
  readonly env: Readonly<Record<string, unknown>>
  readonly shell: string | undefined
  readonly permissions: unknown
  readonly concurrency: Concurrency | undefined
  readonly jobs: Readonly<Record<string, Job>>
}

/** Parses a workflow, or throws the faults for which GitHub would refuse it. */
export async function readWorkflow(path: string, text: string): Promise<Workflow> {
  const { errors, events } = await checkWorkflow(path, text)
  if (errors.length > 0) throw new Error(errors.join('\n'))
  // The parser's own model lacks what is evaluated elsewhere (`with`, permissions, defaults).
  const plain = parse(text) as Plain
  return {
    path,
    name: plain.name ?? path,
    events,
    outputs: mapValues(plain.on?.workflow_call?.outputs ?? {}, ({ value }) => value),
    env: plain.env ?? {},
    shell: plain.defaults?.run?.shell,
    permissions: plain.permissions,
    concurrency: plain.concurrency,
    jobs: plain.jobs,
  }
}

type Plain = {
  name?: string
  on?: { workflow_call?: { outputs?: Record<string, { value: unknown }> } | null }
  env?: Record<string, unknown>
  defaults?: { run?: { shell?: string } }
  permissions?: unknown
  concurrency?: Concurrency
  jobs: Record<string, Job>
}

function mapValues<A, B>(values: Record<string, A>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]))
}

/** A composite action, as written. */
export type CompositeAction = {
  readonly inputs: Readonly<Record<string, { readonly required?: boolean; readonly default?: unknown }>>
  readonly steps: readonly Step[]
}

/** Parses a composite action's action.yml. */
export function readAction(text: string): CompositeAction {
  const { inputs, runs } = parse(text) as {
    inputs?: CompositeAction['inputs']
    runs: { using: string; steps: Step[] }
  }
  if (runs.using !== 'composite') throw new Error(`the runner does not run actions with using: ${runs.using}`)
  return { inputs: inputs ?? {}, steps: runs.steps }
}

/** The names of the jobs that a job waits for. */
export function needsOf({ needs = [] }: Job): readonly string[] {
  return typeof needs === 'string' ? [needs] : needs
}
