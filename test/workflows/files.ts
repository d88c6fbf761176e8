import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { type Job, readAction, readWorkflow, type Step, type Workflow } from '../runner/workflow.ts'
import { projectRoot } from '../support/run.ts'

/** A workflow of this repository with its text. */
export type WorkflowFile = Workflow & { readonly text: string }

const folder = join(projectRoot, '.github', 'workflows')

/** The workflow that publishes the package: it ships no service, and other repositories do not get it. */
export const publishing = 'publish.yml'

/** The workflows that ship services, by the name of their file. */
export async function readWorkflows(): Promise<Map<string, WorkflowFile>> {
  const names = readdirSync(folder).filter(name => /\.ya?ml$/.test(name) && name !== publishing)
  const read = names.map(async name => {
    const text = readFileSync(join(folder, name), 'utf8')
    return [name, { ...(await readWorkflow(`.github/workflows/${name}`, text)), text }] as const
  })
  return new Map(await Promise.all(read))
}

/** The composite actions of this repository, by their path. */
export function readActions(): Map<string, { readonly text: string; readonly steps: readonly Step[] }> {
  const actions = join(projectRoot, '.github', 'actions')
  return new Map(
    readdirSync(actions).map(name => {
      const text = readFileSync(join(actions, name, 'action.yml'), 'utf8')
      return [`./.github/actions/${name}`, { text, steps: readAction(text).steps }]
    }),
  )
}

/** Every job of the workflows: `build.yml find`, and the job. */
export function jobsIn(workflows: ReadonlyMap<string, Workflow>): [string, Job, Workflow][] {
  return [...workflows].flatMap(([name, workflow]) =>
    Object.entries(workflow.jobs).map(([id, job]): [string, Job, Workflow] => [
      `${name} ${id}`,
      job,
      workflow,
    ]),
  )
}

/** Every step of the workflows and composite actions, with where it stands. */
export function stepsIn(workflows: ReadonlyMap<string, Workflow>): [string, Step][] {
  const ofJobs = jobsIn(workflows).flatMap(([name, { steps = [] }]) =>
    steps.map((step): [string, Step] => [`${name}: ${step.name ?? step.uses}`, step]),
  )
  const ofActions = [...readActions()].flatMap(([name, { steps }]) =>
    steps.map((step): [string, Step] => [`${name}: ${step.name ?? step.uses}`, step]),
  )
  return [...ofJobs, ...ofActions]
}

/** A file of this repository, as text. */
export function readText(...path: string[]): string {
  return readFileSync(join(projectRoot, ...path), 'utf8')
}

/** A YAML file of this repository. */
export function readYaml<T>(...path: string[]): T {
  return parse(readText(...path)) as T
}
