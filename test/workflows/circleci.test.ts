import { describe, expect, it } from 'vitest'
import { readText, readWorkflows, readYaml, stepsIn } from './files.ts'
import { hasShellcheck, shellcheck, shellcheckTitle } from './shellcheck.ts'

type Run = string | { name?: string; command?: string }
type Step = string | { run?: Run }
type Entry = { requires?: string[]; filters?: string; type?: string; name?: string; 'serial-group'?: string }
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
/** What is called, without where its answer and its exit code go, and without a commit, which only a person names. */
const called = (line: string) => line.replace(/ *(?:>|\|\||"COMMIT=).*/, '')

describe('the example for CircleCI', () => {
  it('has no command that the tested workflows do not have', async () => {
    const tested = stepsIn(await readWorkflows()).flatMap(([, { run = '' }]) => calls(run).map(called))
    const own = commands.flatMap(([, command]) => calls(command)).map(called)
    expect(own.length).toBeGreaterThan(5)
    expect(tested).toEqual(expect.arrayContaining(own.filter(line => !line.includes('reconcile.ts'))))
    expect(own.filter(line => line.includes('reconcile.ts'))).toEqual([
      '.github/scripts/run.sh node scripts/reconcile.ts',
    ])
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
