import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Conclusion, GithubContext, JobRecord, Setting, WaitingJob } from './context.ts'
import { installHooks, takePushes, tokens } from './hooks.ts'
import { type Call, runWorkflow } from './jobs.ts'
import { machinesIn } from './machines.ts'
import { installPrograms } from './programs.ts'
import { findReusable, git, workflowsAt } from './repository.ts'
import { eventsOf, type Push, starts } from './triggers.ts'
import type { Workflow } from './workflow.ts'

/** A run of a workflow. `conclusion` and `ms` are undefined while it runs; `error` is a failure of the runner itself. */
export type RunRecord = {
  readonly workflow: string
  readonly event: string
  readonly ref: string
  readonly jobs: readonly JobRecord[]
  readonly conclusion: Conclusion | undefined
  readonly error: string | undefined
  /** How long it took, in ms. */
  readonly ms: number | undefined
}

/** The options of a runner. */
export type RunnerOptions = {
  /** The bare repository, whose hooks the runner installs. */
  readonly remote: string
  /** An existing folder, in which the runner creates its own. */
  readonly folder: string
  /** Environment variables of every job. AWS credentials are removed: a job gets those of the role that it assumes. */
  readonly env: Readonly<Record<string, string>>
  /** Gets the credentials of a role by its ARN, as environment variables, or throws if it cannot be assumed. */
  credentials(role: string): Promise<Record<string, string>>
  /** `owner/name`, as the workflows name the repository; acme/waybill by default. */
  readonly repository?: string
  readonly vars?: Readonly<Record<string, string>>
  readonly secrets?: Readonly<Record<string, string>>
  /** Maximum number of jobs at once; 4 by default. */
  readonly jobLimit?: number
  /**
   * Approves a job in an environment and returns who did; the job waits until then. Returns `undefined` if the
   * environment has no reviewers, as by default.
   */
  review?(job: WaitingJob): Promise<string | undefined>
  /** Called with each finished run. */
  onEnd?(run: RunRecord): void
}

/** A stand-in for GitHub Actions on a bare repository. */
export type Runner = {
  /** The runs so far, in order of their start. */
  runs(): readonly RunRecord[]
  /** Starts a workflow of the default branch by hand. */
  dispatch(workflow: string, inputs: Readonly<Record<string, string>>): Promise<void>
  /** Starts the workflows of the default branch that have a schedule. */
  schedule(): Promise<void>
  /** Resolves when every push so far has been handled and every run is finished. */
  idle(): Promise<void>
  /** The file with the opened pull requests: head and base, one per line. */
  readonly pullRequests: string
  /** Kills running jobs and removes the folder. */
  close(): Promise<void>
}

const pollMs = 20
const defaultBranch = 'main'
let lastRun = 0

/**
 * Starts a stand-in for GitHub Actions. It reads the workflows of each pushed commit with GitHub's own parser, applies
 * their real triggers, evaluates their expressions with GitHub's own evaluator and runs their `run:` steps, each job in
 * its own clone. Third-party actions are stand-ins that check their pin and inputs. OIDC and queues are not simulated;
 * tests check those in the files.
 */
export async function startRunner(options: RunnerOptions): Promise<Runner> {
  const { remote, vars = {}, secrets = {}, repository = 'acme/waybill' } = options
  const folder = await mkdtemp(join(options.folder, 'runner-'))
  const bin = join(folder, 'bin')
  const pullRequests = join(folder, 'pull-requests')
  await Promise.all([installHooks(remote), installPrograms(bin, pullRequests), mkdir(join(folder, 'cache'))])
  const closing = new AbortController()
  const env = jobEnvironment(options.env, bin, join(folder, 'cache'))
  const { credentials, review = async () => undefined } = options
  const { signal } = closing
  const setting: Setting = { remote, repository, folder, env, vars, secrets, credentials, signal }
  const machines = machinesIn(folder, options.jobLimit ?? 4)
  const runs: Mutable<RunRecord>[] = []
  const active = new Set<Promise<void>>()

  const start = (workflow: Workflow, github: GithubContext, inputs: Call['inputs']) => {
    const run: Mutable<RunRecord> & { jobs: JobRecord[] } = {
      workflow: workflow.name,
      event: github.event_name,
      ref: github.ref,
      jobs: [],
      conclusion: undefined,
      error: undefined,
      ms: undefined,
    }
    const from = performance.now()
    runs.push(run)
    const find = (uses: string) => findReusable(setting, uses)
    const record = (job: JobRecord) => void run.jobs.push(job)
    const approval: Call['approval'] = (name, environment) =>
      review({ workflow: workflow.name, name, environment, before: run.jobs })
    const call: Call = {
      setting,
      github,
      inputs,
      secrets,
      prefix: '',
      isClean: true,
      machines,
      find,
      record,
      approval,
    }
    const ended = runWorkflow(call, workflow)
      .catch(error => {
        run.error = String(error)
        return { result: 'failure' as const }
      })
      .then(({ result }) => {
        run.conclusion = result
        run.ms = Math.round(performance.now() - from)
        active.delete(ended)
        if (!signal.aborted) options.onEnd?.(run)
      })
    active.add(ended)
  }

  // GitHub would not start an invalid workflow; here it becomes a failed run, so that somebody notices.
  const fail = (error: unknown) => {
    const failed = { workflow: '', event: 'push', ref: '', jobs: [], conclusion: 'failure', ms: 0 } as const
    runs.push({ ...failed, error: String(error) })
  }

  const hear = async (push: Push) => {
    for (const { ref, after } of eventsOf(push)) {
      const commit = await git(remote, 'rev-parse', `${after}^{commit}`).catch(() => undefined)
      if (commit === undefined) continue
      const message = await git(remote, 'show', '--no-patch', '--format=%B', commit)
      for (const workflow of await workflowsAt(setting, commit))
        if (starts(workflow.events.push, ref, message))
          start(workflow, contextOf(setting, 'push', ref, commit), {})
    }
  }

  let looking = Promise.resolve()
  const look = () => {
    looking = looking.then(async () => {
      for (const push of await takePushes(remote)) await hear(push).catch(fail)
    })
    return looking
  }
  const listening = (async () => {
    while (!signal.aborted) {
      await look()
      await sleep(pollMs, undefined, { signal }).catch(() => undefined)
    }
  })()

  const onDefault = async (event: string) => {
    const ref = `refs/heads/${defaultBranch}`
    const commit = await git(remote, 'rev-parse', ref)
    return { workflows: await workflowsAt(setting, commit), github: contextOf(setting, event, ref, commit) }
  }
  return {
    runs: () => runs,
    pullRequests,
    async dispatch(name, given) {
      const { workflows, github } = await onDefault('workflow_dispatch')
      const workflow = workflows.find(one => one.name === name)
      const declared = workflow?.events.workflow_dispatch?.inputs
      if (workflow === undefined || declared === undefined)
        throw new Error(`${name} cannot be started by hand`)
      start(workflow, github, dispatchInputs(declared, given))
    },
    async schedule() {
      const { workflows, github } = await onDefault('schedule')
      for (const workflow of workflows)
        if (workflow.events.schedule !== undefined) start(workflow, github, {})
    },
    async idle() {
      do {
        await look()
        await Promise.all(active)
      } while (active.size > 0)
    },
    async close() {
      closing.abort()
      await Promise.all([listening, ...active])
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

function jobEnvironment(env: RunnerOptions['env'], bin: string, cache: string): Record<string, string> {
  const kept = Object.entries(env).filter(
    ([name]) => !/^(GIT_(?!CONFIG_)|AWS_(ACCESS|SECRET|SESSION))/.test(name),
  )
  // Clones are temporary, so their compiled code would only pile up in the checkout's cache.
  return { ...Object.fromEntries(kept), PATH: `${bin}:${env.PATH ?? ''}`, NODE_COMPILE_CACHE: cache }
}

function dispatchInputs(
  declared: NonNullable<Workflow['events']['workflow_dispatch']>['inputs'] & object,
  given: Readonly<Record<string, string>>,
): Record<string, string> {
  for (const [name, value] of Object.entries(given)) {
    const input = Object.hasOwn(declared, name) ? declared[name] : undefined
    if (input === undefined) throw new Error(`there is no input ${name}`)
    if (input.options !== undefined && !input.options.includes(value))
      throw new Error(`${name} is one of ${input.options.join(', ')}`)
  }
  const entries = Object.entries(declared).map(([name, input]) => {
    const value = given[name] ?? String(input.default ?? '')
    if (input.required && value === '') throw new Error(`${name} is required`)
    return [name, value]
  })
  return Object.fromEntries(entries)
}

function contextOf({ repository }: Setting, event: string, ref: string, sha: string): GithubContext {
  return {
    event_name: event,
    ref,
    ref_name: ref.replace(/^refs\/(heads|tags)\//, ''),
    ref_type: ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    sha,
    repository,
    server_url: 'https://github.com',
    run_id: String(++lastRun),
    token: tokens.github,
  }
}
