import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { ActiveJob, Conclusion, GithubContext, JobRecord, Setting } from './context.ts'
import { type Contexts, fill, fillAll, holds, print, type Status } from './expressions.ts'
import type { Machines } from './machines.ts'
import { runSteps } from './steps.ts'
import { type Job, needsOf, type Workflow } from './workflow.ts'

/** A call of a workflow, by an event or by a job of another workflow. */
export type Call = {
  readonly setting: Setting
  readonly github: GithubContext
  readonly inputs: Readonly<Record<string, unknown>>
  readonly secrets: Readonly<Record<string, string>>
  /** The prefix of its jobs' names. */
  readonly prefix: string
  /** Whether everything that the calling job needs, directly or not, succeeded. */
  readonly isClean: boolean
  readonly machines: Machines
  /** Finds a reusable workflow in the repository by its `uses`. */
  find(uses: string): Promise<Workflow>
  record(job: JobRecord): void
  /** Waits until a job may start in an environment, and returns who approved it, if approval is needed. */
  approval(job: string, environment: string): Promise<string | undefined>
}

/** How a job or all jobs of a matrix ended. */
export type JobResult = {
  readonly result: Conclusion
  readonly outputs: Readonly<Record<string, string>>
  /**
   * Whether it and everything that it needs succeeded, with none skipped. On GitHub a job skipped anywhere before makes
   * `success()`, the default of an `if`, false (actions/runner, issues 491 and 2205), perhaps even inside called
   * workflows. Here it always does, so that no workflow relies on it.
   */
  readonly isClean: boolean
}

/** Runs a workflow's jobs in the order of their needs, and returns its conclusion and a called workflow's outputs. */
export async function runWorkflow(call: Call, workflow: Workflow): Promise<JobResult> {
  const results = new Map<string, Promise<JobResult>>()
  const start = (id: string): Promise<JobResult> => {
    const known = results.get(id)
    if (known !== undefined) return known
    const job = workflow.jobs[id]
    if (job === undefined) throw new Error(`${workflow.path} has no job ${id}`)
    const started = Promise.all(needsOf(job).map(async need => [need, await start(need)] as const)).then(
      needs => runJob(call, workflow, id, job, Object.fromEntries(needs)),
    )
    results.set(id, started)
    return started
  }
  const ids = Object.keys(workflow.jobs)
  const ended = await Promise.all(ids.map(async id => [id, await start(id)] as const))
  const outputs = fillAll(workflow.outputs, { jobs: Object.fromEntries(ended), inputs: call.inputs })
  const isClean = call.isClean && ended.every(([, one]) => one.isClean)
  return { result: together(ended.map(([, { result }]) => result)), outputs, isClean }
}

function together(results: readonly Conclusion[]): Conclusion {
  if (results.includes('failure')) return 'failure'
  return results.length > 0 && results.every(result => result === 'skipped') ? 'skipped' : 'success'
}

async function runJob(
  call: Call,
  workflow: Workflow,
  id: string,
  job: Job,
  needs: Readonly<Record<string, JobResult>>,
): Promise<JobResult> {
  const { github, inputs, secrets, setting } = call
  const contexts = { github, inputs, secrets, needs, vars: setting.vars }
  const before = Object.values(needs)
  const isClean = call.isClean && before.every(one => one.isClean)
  const hasFailed = before.some(({ result }) => result === 'failure')
  const status: Status = isClean ? 'success' : hasFailed ? 'failure' : 'skipped'
  const name = `${call.prefix}${id}`
  if (!holds(job.if, contexts, status)) {
    const nothing = { steps: [], summary: '', environment: undefined, approvedBy: undefined, outputs: {} }
    call.record({ name, conclusion: 'skipped', ...nothing })
    return { result: 'skipped', outputs: {}, isClean: false }
  }
  const cells = matrixOf(job, contexts)
  const runCell = (matrix: Cell) => {
    const title = Object.keys(matrix).length === 0 ? name : `${name} (${Object.values(matrix).join(', ')})`
    const own = { ...contexts, matrix }
    return job.uses === undefined
      ? runOne(call, workflow, job, title, own)
      : callOther({ ...call, isClean }, job, title, own)
  }
  const ended =
    job.strategy?.['max-parallel'] === 1
      ? await inTurn(cells, runCell)
      : await Promise.all(cells.map(runCell))
  return {
    result: together(ended.map(({ result }) => result)),
    outputs: Object.assign({}, ...ended.map(({ outputs }) => outputs)),
    isClean: isClean && ended.every(one => one.isClean),
  }
}

async function inTurn<A, B>(values: readonly A[], act: (value: A) => Promise<B>): Promise<B[]> {
  const results: B[] = []
  for (const value of values) results.push(await act(value))
  return results
}

type Cell = Readonly<Record<string, unknown>>

/** The combinations of a job's matrix; a single empty one without a matrix. */
function matrixOf({ strategy }: Job, contexts: Contexts): Cell[] {
  return Object.entries(strategy?.matrix ?? {}).reduce<Cell[]>(
    (cells, [name, written]) => {
      const values = fill(written, contexts)
      if (!Array.isArray(values) || values.length === 0) throw new Error(`the matrix has no ${name}`)
      return cells.flatMap(cell => values.map(value => ({ ...cell, [name]: fill(value, contexts) })))
    },
    [{}],
  )
}

async function callOther(call: Call, job: Job, title: string, contexts: Contexts): Promise<JobResult> {
  const workflow = await call.find(job.uses ?? '')
  const declared = workflow.events.workflow_call?.inputs ?? {}
  const given = Object.entries(job.with ?? {}).map(([name, value]) => [name, fill(value, contexts)] as const)
  for (const [name] of given)
    if (!Object.hasOwn(declared, name)) throw new Error(`${workflow.path} takes no input ${name}`)
  const defaults = Object.entries(declared).map(([name, input]) => [name, input.default ?? ''])
  const inputs = { ...Object.fromEntries(defaults), ...Object.fromEntries(given) }
  const secrets = fillAll(job.secrets, contexts)
  return await runWorkflow({ ...call, inputs, secrets, prefix: `${title} / ` }, workflow)
}

async function runOne(
  call: Call,
  workflow: Workflow,
  job: Job,
  title: string,
  contexts: Contexts,
): Promise<JobResult> {
  const environment = job.environment === undefined ? undefined : print(fill(job.environment, contexts))
  const approvedBy = environment === undefined ? undefined : await call.approval(title, environment)
  return await call.machines(async folder => {
    const active = await openJob(call, workflow, contexts, folder)
    const env = { ...fillAll(workflow.env, active.contexts), ...fillAll(job.env, active.contexts) }
    const { status, steps } = await runSteps(active, job.steps ?? [], env)
    const outputs = fillAll(job.outputs, { ...active.contexts, steps })
    const result: Conclusion = status === 'success' ? 'success' : 'failure'
    const summary = active.summary.join('\n')
    const ended = { name: title, conclusion: result, steps: active.records, summary, outputs }
    call.record({ ...ended, environment, approvedBy })
    return { result, outputs, isClean: result === 'success' }
  })
}

async function openJob(
  { setting, github }: Call,
  { shell }: Workflow,
  contexts: Contexts,
  temp: string,
): Promise<ActiveJob> {
  const workspace = join(temp, 'workspace')
  await mkdir(workspace)
  return {
    setting,
    github,
    workspace,
    temp,
    contexts: { ...contexts, runner: { temp, os: 'Linux' } },
    shell,
    variables: {},
    path: [],
    records: [],
    summary: [],
  }
}
