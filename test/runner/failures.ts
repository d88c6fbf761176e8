import type { RunRecord } from './runner.ts'

/** A failure in a run, with the output of the failing program. */
export type Failure = { readonly title: string; readonly log: string }

/** Every failed step of a run, and the failures of the runner itself. */
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
