import type { RunRecord } from './runner.ts'

/** What went wrong in a run, and what the failing program printed. */
export type Failure = { readonly title: string; readonly log: string }

/** Every step of a run that failed, and what the runner itself could not do. */
export function failuresOf({ workflow, ref, error, jobs }: RunRecord): Failure[] {
  const where = `${workflow} ${ref}`
  const steps = jobs.flatMap(job => job.steps.map(step => ({ ...step, job: job.name })))
  return [
    ...(error === undefined ? [] : [{ title: where, log: error }]),
    ...steps
      .filter(({ conclusion }) => conclusion === 'failure')
      .map(({ job, name, log }) => ({ title: `${where} ${job}, ${name}`, log })),
  ]
}
