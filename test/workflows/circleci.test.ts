import { describe, expect, it } from 'vitest'
import { readText, readWorkflows, readYaml, stepsIn } from './files.ts'
import { hasShellcheck, shellcheck, shellcheckTitle } from './shellcheck.ts'

type Run = string | { name?: string; command?: string }
type Step = string | { run?: Run; prepare?: { role: string } }
type Entry = {
  requires?: (string | Record<string, string[]>)[]
  filters?: string
  type?: string
  name?: string
  environment?: string
  'serial-group'?: string
}
type Config = {
  commands: Record<string, { steps: Step[] }>
  jobs: Record<string, { steps: Step[] }>
  workflows: Record<string, { jobs: (string | Record<string, Entry>)[] }>
}

const config = readYaml<Config>('docs', 'circleci', 'config.yml')
const commands = Object.values({ ...config.commands, ...config.jobs })
  .flatMap(({ steps }) => steps)
  .flatMap(step => (typeof step === 'string' || step.run === undefined ? [] : [step.run]))
  .map((run): [string, string] =>
    typeof run === 'string' ? [run, run] : [run.name ?? '', run.command ?? ''],
  )

const calls = (script: string) =>
  [...script.matchAll(/^.*(?:node scripts|node \.github\/scripts|make )\S+.*$/gm)].map(([line]) =>
    line.trim(),
  )
/**
 * What is called, without where its answer and its exit code go, without a commit, which only a person names, without the
 * service that GitHub's session has to last for, and for how many environments.
 */
const called = (line: string) =>
  line.replace(/ *(?:>|\|\||"COMMIT=|"\$SERVICE").*/, '').replace(/^node \S+\/pin-each\.ts --base main /, '')

describe('the example for CircleCI', () => {
  it('has no command that the tested workflows do not have', async () => {
    const tested = stepsIn(await readWorkflows()).flatMap(([, { run = '' }]) => calls(run).map(called))
    const own = commands.flatMap(([, command]) => calls(command)).map(called)
    expect(own.length).toBeGreaterThan(5)
    // Its machines have no Node 24, which comes with the packages there.
    tested.push('make -f Makefile runtime')
    // It pins in one environment, so that no other script reads what came of it.
    tested.push('node .github/scripts/outputs.ts pinned "$ANSWER"')
    expect(tested).toEqual(expect.arrayContaining(own.filter(line => !line.includes('reconcile.ts'))))
    const reconcile = '.github/scripts/run.sh node scripts/reconcile.ts'
    expect(own.filter(line => line.includes('reconcile.ts'))).toEqual([reconcile, reconcile])
  })

  it('compares each environment with its pins and ledgers on schedule, as GitHub does, and writes nothing', async () => {
    const { jobs = [] } = config.workflows.reconcile ?? {}
    const compared = jobs.flatMap(job => (typeof job === 'string' ? [] : [Object.entries(job)[0]]))
    const { environments } = readYaml<{ environments: object }>('cdktf', 'environments.json')
    expect(compared.map(job => [job?.[0], job?.[1].environment])).toEqual(
      Object.keys(environments).map(name => ['drift', name]),
    )
    const github = stepsIn(await readWorkflows())
    const own = new Map(commands)
    for (const title of ['Compare what runs with what is pinned', 'Compare the traffic with the ledgers']) {
      const [, step] = github.find(([, { name }]) => name === title) ?? []
      expect(calls(own.get(title) ?? '').map(called)).toEqual(calls(step?.run ?? '').map(called))
      const [option] = Object.entries(step?.env ?? {}).find(([name]) => /^(ALL|DRY_RUN)$/.test(name)) ?? []
      expect(own.get(title)).toContain(`export ${option}=1 `)
    }
    const roles = config.jobs.drift?.steps.map(step =>
      typeof step === 'string' ? undefined : step.prepare?.role,
    )
    expect(roles).toContain('read')
  })

  it('installs and puts on the path what the tested workflows do, and nothing else', () => {
    const lines = commands.flatMap(([, command]) => command.split('\n')).map(line => line.trim())
    expect(lines.filter(line => /\b(make|npm|npx|yarn|pnpm)\b/.test(line))).toEqual([
      'make -f Makefile runtime',
    ])
    expect(lines.filter(line => /PATH=/.test(line) && !/^echo "export (AWS_|TAG)/.test(line))).toEqual([
      `[ ! -e "$node" ] || echo "export PATH='$(dirname "$node")':\\"\\$PATH\\"" >>"$BASH_ENV"`,
    ])
  })

  it('fetches submodules and the files of git-lfs before it builds', () => {
    const [, fetch = ''] = commands.find(([name]) => name === 'Fetch submodules and large files') ?? []
    expect(fetch).toContain('git submodule update --init --recursive')
    expect(fetch).toContain('git lfs pull')
  })

  it('pastes nothing from outside into a command', () => {
    for (const [, command] of commands) expect(command).not.toContain('<<')
    expect(readText('docs', 'circleci', 'config.yml')).not.toMatch(/<< *pipeline\.(git\.tag|parameters)/)
  })

  const entries = (config.workflows.release?.jobs ?? []).map((job): [string, Entry] =>
    typeof job === 'string' ? [job, {}] : (Object.entries(job)[0] as [string, Entry]),
  )

  it('lets a tag through every job of a release, or it would run none', () => {
    expect(entries.length).toBeGreaterThan(5)
    const filters = new Set(entries.map(([, { filters: own }]) => own))
    expect([...filters]).toEqual([expect.stringContaining('pipeline.git.tag matches')])
  })

  it('plans before it asks, asks before it applies in prod, and applies one at a time', () => {
    const byName = new Map(entries.map(([job, entry]) => [entry.name ?? job, entry]))
    expect(byName.get('deploy-prod')?.requires).toEqual(['approve-plan-of-prod'])
    expect(byName.get('approve-plan-of-prod')).toMatchObject({ type: 'approval', requires: ['plan-prod'] })
    for (const name of ['staging', 'prod'])
      expect(byName.get(`deploy-${name}`)?.['serial-group']).toContain(`deploy-${name}`)
  })

  it.skipIf(!hasShellcheck).each(commands)(shellcheckTitle, (_, command) => {
    expect(shellcheck(command)).toBe('')
  })
})
