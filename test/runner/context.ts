import type { Contexts } from './expressions.ts'

/** The context `github` of every job of a run. */
export type GithubContext = {
  readonly event_name: string
  readonly ref: string
  readonly ref_name: string
  readonly ref_type: string
  readonly sha: string
  readonly repository: string
  readonly server_url: string
  readonly run_id: string
  readonly token: string
}

/** The runner's setting. */
export type Setting = {
  readonly remote: string
  /** `owner/name`, as in the workflows. */
  readonly repository: string
  /** A folder for the clones of jobs. */
  readonly folder: string
  /** Environment variables of a job besides those of Actions, without credentials. */
  readonly env: Readonly<Record<string, string>>
  /** The repository's variables and secrets. */
  readonly vars: Readonly<Record<string, string>>
  readonly secrets: Readonly<Record<string, string>>
  /** Gets the credentials of a role as environment variables. */
  credentials(role: string): Promise<Record<string, string>>
  readonly signal: AbortSignal
}

/** A job that is about to start in an environment, possibly after approval. */
export type WaitingJob = {
  readonly workflow: string
  readonly name: string
  readonly environment: string
  /** The finished jobs of its run, which a reviewer can read on the run's page. */
  readonly before: readonly JobRecord[]
}

/** How a step, a job or a run ended. */
export type Conclusion = 'success' | 'failure' | 'skipped'

/** A step that was run or skipped. */
export type StepRecord = {
  readonly name: string
  readonly conclusion: Conclusion
  readonly log: string
  /** How long it took, in ms. */
  readonly ms: number
}

/** A job that was run or skipped; `name` is prefixed with the names of the jobs that called it. */
export type JobRecord = {
  readonly name: string
  readonly conclusion: Conclusion
  readonly steps: readonly StepRecord[]
  /** The summary that it wrote for the run's page, in Markdown. */
  readonly summary: string
  readonly environment: string | undefined
  /** Who approved it, if its environment has reviewers. */
  readonly approvedBy: string | undefined
  readonly outputs: Readonly<Record<string, string>>
}

/** A running job. */
export type ActiveJob = {
  readonly setting: Setting
  readonly github: GithubContext
  readonly workspace: string
  readonly temp: string
  /** All contexts except `steps`, `env` and `job`, which change from step to step. */
  readonly contexts: Contexts
  readonly shell: string | undefined
  /** What steps wrote to GITHUB_ENV, and the folders from GITHUB_PATH, newest first. */
  readonly variables: Record<string, string>
  readonly path: string[]
  readonly records: StepRecord[]
  /** The summary so far. */
  readonly summary: string[]
}
