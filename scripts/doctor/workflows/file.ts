import { z } from 'zod'
import { badJson, printIssue } from '../../base/parse-json.ts'

/** A job that another workflow file does; `repository` is undefined where that is named by its path alone. */
export type WorkflowCall = {
  readonly repository: string | undefined
  readonly called: string
  readonly branch: string | undefined
}

/** What a workflow file says that has to agree with environments.json. */
export type WorkflowFile = {
  readonly calls: readonly WorkflowCall[]
  /** What each of its checkouts takes; undefined is whatever started the workflow. */
  readonly refs: readonly (string | undefined)[]
  /** Whether it is called, or runs by the clock, and so has to say what it works on. */
  readonly isCalled: boolean
  /** Where the pull requests that it opens go to. */
  readonly bases: readonly string[]
  /** The branches whose push starts a build; undefined where it builds nothing. */
  readonly builds: readonly string[] | undefined
  /** The environments that a person can choose from; undefined where nobody is asked. */
  readonly choices: readonly string[] | undefined
}

/** Whether a text is, as it seems, a workflow that runs Waybill's commands or calls one that does. */
export function isWaybills(text: string): boolean {
  return /\.github\/scripts\/run\.sh|\/(?:release|bring|pin|deploy)-run\.yml\b/.test(text)
}

const list = z.union([z.array(z.string()), z.string().transform(one => [one])])
const step = z.object({
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.object({ ref: z.string().optional() }).nullish(),
})
const job = z.object({ uses: z.string().optional(), steps: z.array(step).default([]) })
const events = z.object({
  push: z.object({ branches: list.optional() }).nullish(),
  workflow_call: z.unknown().optional(),
  schedule: z.unknown().optional(),
  workflow_dispatch: z
    .object({
      inputs: z
        .object({ environment: z.object({ options: z.array(z.string()).optional() }).nullish() })
        .nullish(),
    })
    .nullish(),
})
// `on: push` and `on: [push]` name the events alone.
const started = z.preprocess(
  on => (on === null || typeof on !== 'object' || Array.isArray(on) ? eventsNamed(on) : on),
  events,
)
const workflow = z.object({ on: started, jobs: z.record(z.string(), job) })

function eventsNamed(on: unknown): unknown {
  return Object.fromEntries([on].flat().map(name => [String(name), null]))
}

const called =
  /^(?:(?<repository>[^/]+\/[^/]+)|\.)\/\.github\/workflows\/(?<called>[^@/]+)(?:@(?<branch>.*))?$/

/** Reads what matters of a workflow; a document that is none is a `UserError`. */
export function readWorkflowFile(path: string, document: unknown): WorkflowFile {
  const result = workflow.safeParse(document)
  if (!result.success)
    throw badJson({ name: path, remedy: workflowRemedy(path) }, result.error.issues.map(printIssue))
  const { on, jobs } = result.data
  const all = Object.values(jobs)
  const steps = all.flatMap(one => one.steps)
  const runs = steps.map(({ run = '' }) => run).join('\n')
  const isBuild = on.push !== undefined && /\bscripts\/build\.ts\b/.test(runs)
  return {
    calls: all.flatMap(({ uses = '' }) => readCall(uses)),
    refs: steps.flatMap(({ uses, with: given }) =>
      uses?.startsWith('actions/checkout@') ? [given?.ref] : [],
    ),
    isCalled: on.workflow_call !== undefined || on.schedule !== undefined,
    bases: [...runs.matchAll(/ --base[ =]([\w./-]+)/g)].map(([, base = '']) => base),
    builds: isBuild ? (on.push?.branches ?? ['**']) : undefined,
    choices: on.workflow_dispatch?.inputs?.environment?.options,
  }
}

function readCall(uses: string): WorkflowCall[] {
  const { repository, called: name, branch } = called.exec(uses)?.groups ?? {}
  return name === undefined ? [] : [{ repository, called: name, branch }]
}

/** What to do about a workflow file that cannot be read. */
export function workflowRemedy(path: string): string {
  return `Correct ${path}, or take it from Waybill again; docs/github-actions.md says what to change in it.`
}
