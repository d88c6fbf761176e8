import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseAnswer } from '../support/answers.ts'
import { useAction } from './actions.ts'
import type { ActiveJob, Conclusion } from './context.ts'
import { type Contexts, fill, fillAll, holds, print, type Status } from './expressions.ts'
import { runGroup } from './shell.ts'
import { readAction, type Step } from './workflow.ts'

type StepState = { readonly outputs: Readonly<Record<string, string>>; readonly conclusion: Conclusion }

/** The results of earlier steps, and the sources of a step's environment. */
type Sequence = {
  readonly job: ActiveJob
  /** Contains the `inputs` of a composite action. */
  readonly contexts: Contexts
  readonly env: Readonly<Record<string, string>>
  readonly steps: Record<string, StepState>
}

/** Runs the steps of a job in order, like GitHub, and returns their conclusion and outputs. */
export async function runSteps(
  job: ActiveJob,
  steps: readonly Step[],
  env: Readonly<Record<string, string>>,
  contexts: Contexts = job.contexts,
): Promise<{ status: Status; steps: Record<string, StepState> }> {
  const sequence: Sequence = { job, contexts, env, steps: {} }
  let status: Status = 'success'
  for (const step of steps) {
    const { conclusion, outputs } = await runStep(sequence, step, status)
    if (step.id !== undefined) sequence.steps[step.id] = { outputs, conclusion }
    if (conclusion === 'failure') status = 'failure'
  }
  return { status, steps: sequence.steps }
}

async function runStep(sequence: Sequence, step: Step, status: Status): Promise<StepState> {
  const { job, env, steps } = sequence
  const name = step.name ?? step.uses ?? step.run?.split('\n')[0] ?? ''
  const outer = { ...sequence.contexts, steps, env: { ...env, ...job.variables }, job: { status } }
  const own = { ...env, ...job.variables, ...fillAll(step.env, outer) }
  const contexts = { ...outer, env: own }
  const from = performance.now()
  const record = (conclusion: Conclusion, log: string, outputs: Record<string, string> = {}): StepState => {
    job.records.push({ name, conclusion, log, ms: Math.round(performance.now() - from) })
    return { outputs, conclusion }
  }
  const failed = (log: string) => record(step['continue-on-error'] === true ? 'success' : 'failure', log)
  if (!holds(step.if, contexts, status)) return record('skipped', '')
  try {
    if (step.uses?.startsWith('./')) {
      const ended = await runComposite(job, step, contexts, own)
      return record(ended.status === 'success' ? 'success' : 'failure', '')
    }
    if (step.uses !== undefined) {
      const { outputs, log = '' } = await useAction(job, step.uses, fillAll(step.with, contexts))
      return record('success', log, outputs)
    }
    const { code, log, outputs } = await runScript(job, step, contexts, own)
    return record(code === 0 ? 'success' : 'failure', log, outputs)
  } catch (error) {
    return failed(String(error))
  }
}

/** Finds an action in the checked-out commit. */
async function runComposite(
  job: ActiveJob,
  { uses = '', ...step }: Step,
  contexts: Contexts,
  env: Readonly<Record<string, string>>,
) {
  const action = readAction(await readFile(join(job.workspace, uses, 'action.yml'), 'utf8'))
  const given = fillAll(step.with, contexts)
  const unknown = Object.keys(given).filter(name => !Object.hasOwn(action.inputs, name))
  const missing = Object.entries(action.inputs).filter(([name, { required }]) => required && !given[name])
  if (unknown.length > 0 || missing.length > 0)
    throw new Error(
      `${uses}: inputs unknown: ${unknown.join(', ')}; missing: ${missing.map(([name]) => name)}`,
    )
  const defaults = Object.entries(action.inputs).map(([name, input]) => [name, print(input.default)])
  const inputs = { ...Object.fromEntries(defaults), ...given }
  return await runSteps(job, action.steps, env, { ...contexts, inputs })
}

async function runScript(
  job: ActiveJob,
  step: Step,
  contexts: Contexts,
  env: Readonly<Record<string, string>>,
): Promise<{ code: number; log: string; outputs: Record<string, string> }> {
  if ((step.shell ?? job.shell) !== 'bash') throw new Error('a script needs shell: bash, which has pipefail')
  const folder = await mkdtemp(join(job.temp, 'step-'))
  const files = { OUTPUT: 'output', ENV: 'env', PATH: 'path', STEP_SUMMARY: 'summary' }
  const paths = Object.entries(files).map(([name, file]) => [`GITHUB_${name}`, join(folder, file)])
  await Promise.all(paths.map(([, path]) => writeFile(path as string, '')))
  const script = join(folder, 'script.sh')
  await writeFile(script, print(fill(step.run, contexts)))
  const ended = await runGroup('bash', ['--noprofile', '--norc', '-eo', 'pipefail', script], {
    cwd: job.workspace,
    env: { ...environmentOf(job), ...env, ...Object.fromEntries(paths) },
    signal: job.setting.signal,
  })
  const read = (file: string) => readFile(join(folder, file), 'utf8')
  Object.assign(job.variables, assignments(await read('env')))
  job.path.unshift(...(await read('path')).split('\n').filter(Boolean).reverse())
  job.summary.push(await read('summary'))
  if (env.ANSWER !== undefined) await checkAnswerIn(env.ANSWER, print(step.run))
  return { ...ended, outputs: assignments(await read('output')) }
}

/** Throws if the command of a script left an answer that does not match its schema. */
async function checkAnswerIn(file: string, script: string): Promise<void> {
  const [, command] = /node scripts\/([a-z]+)\.ts/.exec(script) ?? []
  const text = await readFile(file, 'utf8').catch(() => '')
  if (command !== undefined && text !== '') parseAnswer(command, text)
}

function environmentOf({ setting, github, workspace, temp, path }: ActiveJob): Record<string, string> {
  return {
    ...setting.env,
    PATH: [...path, setting.env.PATH].join(':'),
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_WORKSPACE: workspace,
    GITHUB_REPOSITORY: github.repository,
    GITHUB_REF: github.ref,
    GITHUB_SHA: github.sha,
    GITHUB_EVENT_NAME: github.event_name,
    GITHUB_RUN_ID: github.run_id,
    GITHUB_SERVER_URL: github.server_url,
    RUNNER_TEMP: temp,
  }
}

/** Parses the lines `name=value` of a file such as GITHUB_OUTPUT. */
function assignments(text: string): Record<string, string> {
  const lines = text.split('\n').filter(Boolean)
  return Object.fromEntries(
    lines.map(line => {
      const [, name, value = ''] = /^([\w-]+)=(.*)$/.exec(line) ?? []
      if (name === undefined) throw new Error(`${line} is not name=value`)
      return [name, value]
    }),
  )
}
