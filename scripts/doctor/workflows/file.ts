import { z } from 'zod'
import { badJson, printIssue } from '../../base/parse-json.ts'

/** A job's call of a reusable workflow; `repository` is undefined if the call names a path only. */
export type WorkflowCall = {
  readonly repository: string | undefined
  readonly called: string
  readonly branch: string | undefined
}

/** What a workflow file says that must agree with environments.json. */
export type WorkflowFile = {
  readonly calls: readonly WorkflowCall[]
  /** What each checkout step checks out; undefined is what started the workflow. */
  readonly refs: readonly (string | undefined)[]
  /** Whether it is called or scheduled, and so has to name what it checks out. */
  readonly isCalled: boolean
  /** The base branches of the pull requests that it opens. */
  readonly bases: readonly string[]
  /** The branches on which a push starts a build; undefined if it builds nothing. */
  readonly builds: readonly string[] | undefined
  /** The jobs that run make deploy. */
  readonly deploys: readonly DeployJob[]
  /** The environments that a person can choose from; undefined if there is no choice. */
  readonly choices: readonly string[] | undefined
}

/**
 * How long a job may last, undefined if an expression says so, whether it runs on a machine of GitHub's, and what its token
 * may write.
 */
export type DeployJob = {
  readonly minutes: number | undefined
  readonly isHosted: boolean
  readonly writes: readonly string[] | 'all'
}

/**
 * GitHub ends a job after so many minutes if it does not say otherwise, and one on its own machines in any case (GitHub
 * Docs, "Workflow syntax" and "Actions limits").
 */
export const hostedMinutes = 360

/** Tells whether a text looks like a workflow that runs Waybill's commands, or calls one that does. */
export function isWaybills(text: string): boolean {
  return /\.github\/scripts\/run\.sh|\/(?:release|bring|pin|deploy)-run\.yml\b/.test(text)
}

const list = z.union([z.array(z.string()), z.string().transform(one => [one])])
const step = z.object({
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.object({ ref: z.string().optional() }).nullish(),
})
const job = z.object({
  uses: z.string().optional(),
  'runs-on': z.unknown().optional(),
  'timeout-minutes': z.union([z.number(), z.string()]).default(hostedMinutes),
  permissions: z.union([z.record(z.string(), z.unknown()), z.string()]).nullish(),
  steps: z.array(step).default([]),
})
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
// `on: push` and `on: [push]` name events without details.
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

/** Reads the parts of a workflow that doctor checks; throws a `UserError` if the document is not a workflow. */
export function readWorkflowFile(path: string, document: unknown): WorkflowFile {
  const result = workflow.safeParse(document)
  if (!result.success)
    throw badJson({ name: path, remedy: workflowRemedy(path) }, result.error.issues.map(printIssue))
  const { on, jobs } = result.data
  const all = Object.values(jobs)
  const steps = all.flatMap(one => one.steps)
  const runs = steps.map(({ run = '' }) => run).join('\n')
  const isBuild = on.push !== undefined && /\bscripts\/build\.[jt]s\b/.test(runs)
  return {
    calls: all.flatMap(({ uses = '' }) => readCall(uses)),
    refs: steps.flatMap(({ uses, with: given }) =>
      uses?.startsWith('actions/checkout@') ? [given?.ref] : [],
    ),
    isCalled: on.workflow_call !== undefined || on.schedule !== undefined,
    bases: [...runs.matchAll(/ --base[ =]([\w./-]+)/g)].map(([, base = '']) => base),
    builds: isBuild ? (on.push?.branches ?? ['**']) : undefined,
    deploys: all.flatMap(readDeploy),
    choices: on.workflow_dispatch?.inputs?.environment?.options,
  }
}

function readDeploy({ steps, 'timeout-minutes': timeout, ...one }: z.output<typeof job>): DeployJob[] {
  const isDeploy = steps.some(({ run = '' }) => /\bscripts\/deploy\.[jt]s\b/.test(run))
  if (!isDeploy) return []
  const minutes = typeof timeout === 'number' ? timeout : undefined
  const isHosted = /^(?:ubuntu|windows|macos)-/.test(String(one['runs-on']))
  return [{ minutes, isHosted, writes: writesOf(one.permissions) }]
}

function writesOf(permissions: z.output<typeof job>['permissions']): DeployJob['writes'] {
  if (typeof permissions === 'string') return permissions === 'write-all' ? 'all' : []
  return Object.entries(permissions ?? {}).flatMap(([name, level]) => (level === 'write' ? [name] : []))
}

function readCall(uses: string): WorkflowCall[] {
  const { repository, called: name, branch } = called.exec(uses)?.groups ?? {}
  return name === undefined ? [] : [{ repository, called: name, branch }]
}

/** The remedy for a workflow file that cannot be read. */
export function workflowRemedy(path: string): string {
  return `Correct ${path}, or copy it from Waybill again; docs/github-actions.md says what to change in it.`
}
