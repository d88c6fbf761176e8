import type { Contexts } from './expressions.ts'

/** What every job of a run knows of the event, as the context `github`. */
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

/** What the runner works with. */
export type Setting = {
  readonly remote: string
  /** `owner/name`, as workflows name the repository itself. */
  readonly repository: string
  /** A folder for the clones of jobs. */
  readonly folder: string
  /** What a job has in its environment besides what Actions gives it; no credentials. */
  readonly env: Readonly<Record<string, string>>
  /** The repository's variables and secrets. */
  readonly vars: Readonly<Record<string, string>>
  readonly secrets: Readonly<Record<string, string>>
  /** The credentials that a role gives, as environment variables. */
  credentials(role: string): Promise<Record<string, string>>
  readonly signal: AbortSignal
}

/** A job that is about to start in an environment, where a person may have to approve it first. */
export type WaitingJob = {
  readonly workflow: string
  readonly name: string
  readonly environment: string
  /** The jobs of its run that are over: what a reviewer can read on the run's page. */
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

/** A job that was run or skipped; `name` has the names of the jobs that called it in front. */
export type JobRecord = {
  readonly name: string
  readonly conclusion: Conclusion
  readonly steps: readonly StepRecord[]
  /** What it wrote for the page of the run, in Markdown. */
  readonly summary: string
  readonly environment: string | undefined
  /** Who approved it, where its environment has reviewers. */
  readonly approvedBy: string | undefined
  readonly outputs: Readonly<Record<string, string>>
}

/** One job that is at work. */
export type ActiveJob = {
  readonly setting: Setting
  readonly github: GithubContext
  readonly workspace: string
  readonly temp: string
  /** Everything but `steps`, `env` and `job`, which change from step to step. */
  readonly contexts: Contexts
  readonly shell: string | undefined
  /** What steps have put into GITHUB_ENV, and the folders of GITHUB_PATH, newest first. */
  readonly variables: Record<string, string>
  readonly path: string[]
  readonly records: StepRecord[]
  /** The summary so far. */
  readonly summary: string[]
}
