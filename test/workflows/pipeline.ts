import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { installDocker } from '../docker/install.ts'
import { failuresOf } from '../runner/failures.ts'
import { type Runner, type RunnerOptions, type RunRecord, startRunner } from '../runner/runner.ts'
import type { OnFinished } from '../support/cleanup.ts'
import { type DeployWorld, makeDeployWorld } from '../support/deploy.ts'
import { projectRoot } from '../support/run.ts'

/** A world whose repository has this one's workflows, scripts and stacks, and a runner that listens to its remote. */
export type Pipeline = DeployWorld & { readonly runner: Runner }

export type PipelineOptions = {
  onFinished: OnFinished
  /** The services' files. */
  services: Record<string, string>
  repositories?: string[]
  /** What happened before there was a runner. */
  before?: (world: DeployWorld) => Promise<void>
  runner?: Pick<RunnerOptions, 'vars' | 'secrets' | 'jobLimit'>
}

/** Makes such a world; nothing is built or released in it. */
export async function makePipeline(options: PipelineOptions): Promise<Pipeline> {
  const { onFinished, services, repositories = [] } = options
  const world = await makeDeployWorld({
    onFinished,
    repositories,
    files: { ...(await repositoryFiles()), ...services },
  })
  // Whatever a job makes in its clone is nobody's change.
  const ignored = join(world.folder, 'gitignore')
  await writeFile(ignored, 'node_modules\n')
  await appendFile(join(world.folder, 'gitconfig'), `[core]\n  excludesFile = ${ignored}\n`)
  const bin = join(world.folder, 'docker-bin')
  await installDocker(bin)
  await options.before?.(world)
  const runner = await startRunner({
    remote: world.remote,
    folder: world.folder,
    env: { ...world.env, PATH: `${bin}:${world.env.PATH}`, HOME: world.folder },
    credentials: async role => world.emulator.credentials({ account: accountOf(role) }),
    ...options.runner,
  })
  onFinished(() => runner.close())
  return { ...world, runner }
}

function accountOf(role: string): string {
  const account = /^arn:aws:iam::(\d{12}):role\/[\w+=,.@/-]+$/.exec(role)?.[1]
  if (account === undefined) throw new Error(`${role} is not a role`)
  return account
}

const folders = ['.github', 'scripts', 'cdktf']
const files = ['Makefile', 'package.json', 'package-lock.json', '.npmrc']

/** The files of this repository that a repository with Waybill has, by path. */
async function repositoryFiles(): Promise<Record<string, string>> {
  const found = await Promise.all(
    folders.map(async folder => {
      const entries = await readdir(join(projectRoot, folder), { recursive: true, withFileTypes: true })
      return entries
        .filter(entry => entry.isFile() && !entry.parentPath.includes('/cdktf/pins'))
        .map(entry => join(entry.parentPath, entry.name).slice(projectRoot.length + 1))
    }),
  )
  const paths = [...found.flat(), ...files]
  const texts = await Promise.all(paths.map(path => readFile(join(projectRoot, path), 'utf8')))
  return Object.fromEntries(paths.map((path, index) => [path, texts[index] as string]))
}

/** What went wrong in runs, for a person who reads a failed test. */
export function complaints(runs: readonly RunRecord[]): string[] {
  return runs.flatMap(failuresOf).map(({ title, log }) => `${title}: ${log}`)
}

/** The jobs of a run with their ends: `promote success`. */
export function jobsOf(run: RunRecord | undefined): string[] {
  return (run?.jobs ?? []).map(({ name, conclusion }) => `${name} ${conclusion}`)
}

/** A pin on the remote's main branch; undefined when there is none. */
export async function pinnedTag(
  world: Pipeline,
  environment: string,
  service: string,
): Promise<string | undefined> {
  const path = `main:cdktf/pins/${environment}/${service}.json`
  const text = await world.git(['show', path], world.remote).catch(() => undefined)
  return text === undefined ? undefined : (JSON.parse(text) as { tag: string }).tag
}
