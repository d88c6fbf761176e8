import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { InitAnswers } from '../../scripts/adoption/answers.ts'
import { keptFiles } from '../../scripts/adoption/files.ts'
import { readTemplates } from '../../scripts/adoption/io/observe.ts'
import { inputsOf } from '../runner/actions.ts'
import { readAction, readWorkflow } from '../runner/workflow.ts'
import { projectRoot } from '../support/run.ts'
import { hasShellcheck, shellcheck } from './shellcheck.ts'

/* The workflows that init writes into another repository; lint.test.ts has the rules for those that they are made of. */

const templates = await readTemplates()
const managers: readonly InitAnswers['packages'][] = ['npm', 'pnpm', 'yarn', 'yarn-1']

async function written(packages: InitAnswers['packages']) {
  const answers: InitAnswers = {
    account: '111111111111',
    region: 'eu-central-1',
    environments: ['dev', 'live'].map(name => ({ name, account: '222222222222' })),
    repository: 'acme/parcels',
    branch: 'trunk',
    owners: '@acme',
    packages,
  }
  const files = new Map(keptFiles(templates, answers).map(({ path, text }) => [path, text]))
  const paths = [...files.keys()].filter(path => path.includes('/workflows/'))
  const read = paths.map(async path => [path, await readWorkflow(path, files.get(path) ?? '')] as const)
  const workflows = new Map(await Promise.all(read))
  const action = readAction(files.get('.github/actions/waybill/action.yml') ?? '')
  const jobs = [...workflows].flatMap(([path, workflow]) =>
    Object.entries(workflow.jobs).map(([id, job]) => ({ name: `${path} ${id}`, job })),
  )
  const steps = [...jobs.flatMap(({ job }) => job.steps ?? []), ...action.steps]
  return { files, workflows, action, jobs, steps }
}

describe.each(managers)('with %s', packages => {
  it('are workflows for GitHub, in which every job has its rights and its end', async () => {
    const { workflows, jobs } = await written(packages)
    expect(workflows.size).toBeGreaterThan(8)
    for (const { permissions } of workflows.values()) expect(permissions).toEqual({})
    for (const { name, job } of jobs) {
      expect([name, job.permissions]).toEqual([name, expect.anything()])
      if (job.steps !== undefined) expect([name, job['timeout-minutes']]).toEqual([name, expect.any(Number)])
    }
  })

  it('use what exists: actions at a commit with inputs that they take, workflows of the same branch, scripts', async () => {
    const { files, workflows, jobs, steps } = await written(packages)
    for (const { uses, with: given = {} } of steps) {
      if (uses === undefined) continue
      if (uses.startsWith('./')) {
        expect(files.has(join(uses, 'action.yml'))).toBe(true)
        continue
      }
      expect(uses).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/)
      expect(inputsOf(uses.replace(/@.*/, ''))?.known).toEqual(expect.arrayContaining(Object.keys(given)))
    }
    for (const { name, job } of jobs.filter(one => one.job.uses !== undefined)) {
      const [, path = ''] =
        /^acme\/parcels\/(\.github\/workflows\/[\w-]+\.yml)@trunk$/.exec(job.uses ?? '') ?? []
      expect([name, workflows.get(path)?.events.workflow_call]).toEqual([name, expect.anything()])
    }
    for (const { run = '' } of steps)
      for (const [, path = ''] of run.matchAll(/node_modules\/waybill\/(?:dist\/)?([\w./-]+)/g))
        expect([path, existsSync(join(projectRoot, path.replace(/\.js$/, '.ts')))]).toEqual([path, true])
  })

  it('install what the lock file has and run no script of a package, before any right is taken', async () => {
    const { action, steps } = await written(packages)
    const lines = steps.flatMap(({ run = '' }) => run.split('\n').map(line => line.trim()))
    const installs = new Set(lines.filter(line => /^(npm|pnpm|yarn|corepack|make) /.test(line)))
    expect(installs.size).toBeGreaterThan(0)
    for (const line of installs)
      expect(line).toMatch(
        /^(corepack enable|(npm ci|pnpm install --frozen-lockfile|yarn install --frozen-lockfile) .*--ignore-scripts.*|npm ci --ignore-scripts.*|pnpm install --frozen-lockfile --ignore-scripts.*|yarn install --immutable --mode=skip-build)$/,
      )
    const installing = action.steps.findIndex(({ run = '' }) => / (ci|install) /.test(run))
    const taking = action.steps.findIndex(({ uses = '' }) => uses.startsWith('aws-actions/'))
    expect(installing).toBeGreaterThanOrEqual(0)
    expect(taking).toBeGreaterThan(installing)
    expect(lines.join('\n')).not.toMatch(/GITHUB_PATH|\bnpx\b/)
  })

  it('leave optional packages out where nothing is synthesized, if the package manager can', async () => {
    const { action, jobs } = await written(packages)
    const [install] = action.steps.filter(({ name }) => name === 'Install the packages')
    const options = {
      npm: '--omit=optional',
      pnpm: '--no-optional',
      yarn: undefined,
      'yarn-1': '--ignore-optional',
    }
    const less = options[packages]
    expect(install?.env?.PACKAGES).toBe('\u0024{{ inputs.packages }}')
    if (less === undefined) expect(install?.run).not.toContain('optional')
    else expect(install?.run).toContain(`[ "$PACKAGES" != commands ] || less=(${less})`)
    const given = jobs.flatMap(({ name, job }) =>
      (job.steps ?? []).flatMap(({ uses, with: inputs = {} }) =>
        uses === './.github/actions/waybill'
          ? [`${name.replace(/.*\//, '')} ${inputs.packages ?? 'commands'}`]
          : [],
      ),
    )
    expect(given).toContain('release-run.yml release commands')
    expect(given).toContain('deploy-run.yml deploy stacks')
    expect(given).toContain('build.yml build runtime')
  })

  it('hand no expression to a shell', async () => {
    const { steps } = await written(packages)
    for (const { run = '' } of steps) expect(run).not.toContain('${{')
  })

  it.skipIf(!hasShellcheck)('pass shellcheck', async () => {
    const { steps } = await written(packages)
    for (const { run } of steps) if (run !== undefined) expect(shellcheck(run)).toBe('')
  })
})
