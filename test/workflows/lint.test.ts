import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { mainBranch, parseEnvironments } from '../../scripts/catalogue/environments.ts'
import { commonOptions } from '../../scripts/cli/options/texts.ts'
import { commands } from '../../scripts/reference/io/commands.ts'
import { inputsOf } from '../runner/actions.ts'
import { type Job, needsOf } from '../runner/workflow.ts'
import { bareEnvironment, projectRoot, run } from '../support/run.ts'
import { jobsIn, readActions, readText, readWorkflows, stepsIn } from './files.ts'
import { hasShellcheck, shellcheck, shellcheckTitle } from './shellcheck.ts'

// A fault that GitHub's own parser finds ends the file here.
const workflows = await readWorkflows()
const jobs = jobsIn(workflows)
const steps = stepsIn(workflows)
const texts = [
  ...[...workflows].map(([name, { text }]) => [name, text]),
  ...[...readActions()].map(([name, { text }]) => [name, text]),
]
const environments = parseEnvironments(readText('cdktf', 'environments.json'), { name: '', remedy: '' })
const main = mainBranch(environments)

const runRole = (...args: string[]) =>
  spawnSync(process.execPath, [join(projectRoot, '.github/scripts/role.ts'), ...args], { encoding: 'utf8' })

it('services are built from a checkout with submodules and the files of git-lfs', () => {
  const [, build] = jobs.find(([name]) => name === 'build.yml build') ?? []
  const checkout = build?.steps?.find(({ uses = '' }) => uses.startsWith('actions/checkout@'))
  expect(checkout?.with).toMatchObject({ submodules: 'recursive', lfs: true })
})

it.each(jobs)(
  '%s leaves old files out only where every command gets a token to fetch them with',
  (name, { steps: all = [] }) => {
    const [checkout] = all.filter(({ uses = '' }) => uses.startsWith('actions/checkout@'))
    // It runs the repository's own commands, which get none.
    const isPartial = checkout?.with?.ref !== undefined
    expect([name, checkout?.with?.filter]).toEqual([name, isPartial ? 'blob:none' : undefined])
    const commands = all.filter(({ run = '' }) => run.includes('.github/scripts/run.sh'))
    if (isPartial) for (const { env } of commands) expect(env).toHaveProperty('GH_TOKEN')
  },
)

describe('permissions', () => {
  it.each([...workflows])('%s gives none to all of its jobs', (_, { permissions }) => {
    expect(permissions).toEqual({})
  })

  /** What each job may do with GitHub; everything else is refused to it. */
  const read = { contents: 'read' }
  const token = { contents: 'read', 'id-token': 'write' }
  const pins = { contents: 'write', 'id-token': 'write', 'pull-requests': 'write' }
  const notices = { 'artifact-metadata': 'write', deployments: 'write' }
  const expected: Record<string, Record<string, string>> = {
    'check.yml test': read,
    'check.yml validate': read,
    'build.yml find': token,
    'build.yml build': { ...token, attestations: 'write', 'artifact-metadata': 'write' },
    'release.yml release': { ...pins, ...notices },
    'release-run.yml release': pins,
    'release-run.yml bring': { ...token, ...notices },
    'bring-run.yml deploy': { ...token, ...notices },
    'bring-run.yml verify': token,
    'pin-run.yml pin': pins,
    'deploy-run.yml deploy': { ...token, ...notices },
    'deploy-run.yml plan': token,
    'deploy-run.yml approval': {},
    'deploy-run.yml apply': { ...token, ...notices },
    'deploy.yml pin': pins,
    'deploy.yml deploy': { ...token, ...notices },
    'rollback.yml rollback': { ...pins, ...notices },
    'rollback-run.yml approval': {},
    'rollback-run.yml rollback': { ...pins, ...notices },
    'reconcile.yml find': token,
    'reconcile.yml release': { ...pins, ...notices },
    'reconcile.yml drift': { ...token, ...notices },
  }

  it('are those that each job needs, and no others', () => {
    expect(Object.fromEntries(jobs.map(([name, { permissions }]) => [name, permissions]))).toEqual(expected)
  })

  it('are given by a caller where the called jobs have them', () => {
    for (const [name, job] of jobs) {
      const called = workflows.get(/\/([^/]+)@/.exec(job.uses ?? '')?.[1] ?? '')
      for (const [right, level] of Object.values(called?.jobs ?? {}).flatMap(one =>
        Object.entries(one.permissions ?? {}),
      ))
        expect([name, right, job.permissions?.[right]]).toEqual([
          name,
          right,
          level === 'read' ? expect.stringMatching(/read|write/) : level,
        ])
    }
  })
})

describe('what is used', () => {
  const used = texts.flatMap(([name = '', text = '']) =>
    [...text.matchAll(/^ *(?:- )?uses: (.*)$/gm)].map(([, line = '']) => [name, line] as const),
  )
  const others = used.filter(([, line]) => !line.startsWith('./') && !line.includes('/.github/workflows/'))

  it.each(others)('%s: %s is pinned to a commit, with its version beside it', (_, line) => {
    expect(line).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/)
  })

  it('is one version of each action', () => {
    expect(others.length).toBeGreaterThan(0)
    const lines = new Set(others.map(([, line]) => line))
    expect([...lines].map(line => line.split('@')[0])).toHaveLength(
      new Set([...lines].map(line => line.split('@')[0])).size,
    )
  })

  it.each(steps.filter(([, { uses }]) => uses !== undefined && !uses.startsWith('./')))(
    '%s has the inputs that the action takes',
    (_, { uses = '', with: given = {} }) => {
      const inputs = inputsOf(uses.replace(/@.*/, ''))
      expect(inputs?.known).toEqual(expect.arrayContaining(Object.keys(given)))
      expect(Object.keys(given)).toEqual(expect.arrayContaining([...(inputs?.required ?? [])]))
    },
  )

  it('of this repository are reusable workflows of its release branch, under one name', () => {
    const own = used.filter(([, line]) => line.includes('/.github/workflows/')).map(([, line]) => line)
    const repository = environments.github?.repository ?? 'acme/waybill'
    expect(own.length).toBeGreaterThan(0)
    for (const line of own) {
      const [, called = ''] =
        new RegExp(`^${repository}/\\.github/workflows/([a-z-]+\\.yml)@${main}$`).exec(line) ?? []
      expect([line, workflows.get(called)?.events.workflow_call]).toEqual([line, expect.anything()])
    }
  })

  it.each(steps.filter(([, { uses }]) => uses?.startsWith('actions/checkout@')))(
    '%s leaves no token behind',
    (_, step) => {
      expect(step.with?.['persist-credentials']).toBe(false)
    },
  )

  it('never is a file of a run: plans and answers can hold secrets', () => {
    expect(others.filter(([, line]) => /artifact@/.test(line))).toEqual([])
  })

  // A tag's own workflow, and the build of a service, can write one, and restoring it writes files anywhere.
  it('never is a cache', () => {
    expect(others.filter(([, line]) => /cache/.test(line))).toEqual([])
    const nodes = steps.filter(([, { uses }]) => uses?.startsWith('actions/setup-node@'))
    expect(nodes.length).toBeGreaterThan(0)
    for (const [, step] of nodes) expect(step.with?.['package-manager-cache']).toBe(false)
  })
})

describe('what has rights', () => {
  const reusable = [...workflows].filter(
    ([, { events }]) => events.workflow_call !== undefined || events.schedule !== undefined,
  )

  it.each(reusable)('%s works on the release branch, whatever it was called from', (_, workflow) => {
    for (const { uses, with: given } of Object.values(workflow.jobs).flatMap(job => job.steps ?? []))
      if (uses?.startsWith('actions/checkout@')) expect(given?.ref).toBe(main)
  })

  it('is not in the file that a tag starts, which is of the tagged commit', () => {
    const started = [...workflows.values()].filter(({ events }) => events.push?.tags !== undefined)
    expect(started.map(({ name }) => name)).toEqual(['release'])
    for (const job of started.flatMap(workflow => Object.values(workflow.jobs))) {
      expect(job.steps).toBeUndefined()
      expect(job.uses).toMatch(new RegExp(`@${main}$`))
    }
  })

  it('has no key of AWS: a role is taken by its token', () => {
    for (const [, text = ''] of texts) expect(text).not.toMatch(/aws-access-key|AWS_SECRET|AWS_ACCESS_KEY/i)
    const secrets = texts.flatMap(([, text = '']) =>
      [...text.matchAll(/secrets\.([\w-]+)/g)].map(([, name]) => name),
    )
    expect(new Set(secrets)).toEqual(new Set(['WAYBILL_PIN_APP_KEY', 'pin-app-key']))
  })

  // A job that may ask for a token can take a role, whatever step or package asks.
  const withToken = jobs.filter(([, { permissions }]) => permissions?.['id-token'] === 'write')
  const scriptsIn = (job: Job) => {
    const used = (job.steps ?? []).flatMap(({ uses = '' }) => readActions().get(uses)?.steps ?? [])
    return [...(job.steps ?? []), ...used].flatMap(({ run }) => (run === undefined ? [] : [run]))
  }

  const preparationsIn = (job: Job) =>
    (job.steps ?? []).flatMap(({ uses, with: given = {} }) =>
      uses === './.github/actions/prepare' ? [given] : [],
    )

  // Where a service lists its inputs by a command, that may need any package.
  const chosen = '\u0024{{ steps.choose.outputs.packages }}'

  it('has what a synth needs exactly where one runs, and what builds need where one runs', () => {
    const given = withToken.map(([name, job]) => {
      const all = preparationsIn(job).map(({ packages = 'commands' }) => packages)
      return [name, [...new Set(all)].join()]
    })
    expect(Object.fromEntries(given.filter(([, packages]) => packages !== ''))).toEqual({
      'build.yml find': chosen,
      'build.yml build': 'runtime',
      'release-run.yml release': 'commands',
      'pin-run.yml pin': 'commands',
      'reconcile.yml find': 'commands',
      'bring-run.yml verify': 'stacks',
      'deploy-run.yml deploy': 'stacks',
      'deploy-run.yml plan': 'stacks',
      'deploy-run.yml apply': 'stacks',
      'rollback-run.yml rollback': 'stacks',
      'reconcile.yml drift': 'stacks',
    })
  })

  it.each(withToken.filter(([, { steps: own }]) => own !== undefined))(
    '%s installs only what the commands use, and runs no script of a package',
    async (_, job) => {
      const installing = scriptsIn(job)
        .flatMap(script => script.split('\n'))
        .filter(line => /\b(make|npm|npx|yarn|pnpm|corepack|pip|gem|apt|apt-get)\b/.test(line))
      expect(new Set(installing.map(line => line.trim()))).toEqual(new Set(['make -f Makefile "$PACKAGES"']))
      const common = 'npm ci --ignore-scripts --no-audit --no-fund --loglevel=error --omit=dev'
      const chosenIn = preparationsIn(job).map(({ packages = 'commands' }) => packages)
      for (const packages of chosenIn.flatMap(one => (one === chosen ? ['commands', 'runtime'] : [one]))) {
        const { stdout } = await run('make', ['-n', String(packages)], {
          cwd: projectRoot,
          env: bareEnvironment(tmpdir()),
        })
        const more = { commands: ' --omit=optional', stacks: ' --cpu=none', runtime: '' }[String(packages)]
        expect(stdout.match(/\bnpm .*?(?= \|\|)/g)).toEqual([common + more])
      }
    },
  )

  it.each(withToken.filter(([, { steps: own }]) => own !== undefined))(
    '%s finds no program of a package on its path',
    (_, job) => {
      const lines = scriptsIn(job).flatMap(script => script.split('\n'))
      const onPath = lines.filter(line => /GITHUB_PATH|\bPATH=/.test(line)).map(line => line.trim())
      expect(onPath).toEqual([])
      for (const { env = {} } of [job, ...(job.steps ?? [])]) expect(Object.keys(env)).not.toContain('PATH')
    },
  )

  it.each([
    ['release', '', 'waybill-release'],
    ['read', 'staging', 'waybill-read-staging'],
  ])('takes, for %s %s, the role %s of the account that has it', (purpose, environment, role) => {
    const { account, region } = environments.environments[environment] ?? environments.artifacts
    const { stdout } = runRole(purpose, environment)
    expect(stdout).toBe(`arn=arn:aws:iam::${account}:role/${role}\nregion=${region}\nseconds=3600\n`)
  })

  it.each([
    ['deploy', ''],
    ['release', 'prod'],
    ['deploy', 'nowhere'],
    ['deploy', 'toString'],
    ['__proto__', ''],
  ])('gets no role for %j %j', (purpose, environment) => {
    expect(runRole(purpose, environment)).toMatchObject({ status: 1, stdout: '' })
  })

  it('takes only roles that there are', () => {
    const taken = steps.filter(([, { uses }]) => uses === './.github/actions/prepare')
    for (const [name, { with: given = {} }] of taken) {
      const environment = given.environment === undefined ? '' : 'staging'
      expect([name, runRole(String(given.role), environment).status]).toEqual([name, 0])
    }
  })

  it('is not started by what a stranger can send', () => {
    const events = new Set([...workflows.values()].flatMap(workflow => Object.keys(workflow.events)))
    expect([...events].sort()).toEqual(
      ['merge_group', 'pull_request', 'push', 'schedule', 'workflow_call', 'workflow_dispatch'].sort(),
    )
  })
})

describe('a condition', () => {
  const dependent = jobs.filter(
    ([, job, { events }]) => needsOf(job).length > 0 || events.workflow_call !== undefined,
  )

  // Otherwise GitHub asks for success(), which a job that was skipped anywhere before makes untrue: an approval that
  // nobody needed would skip the verification, and the run would be green.
  it.each(dependent)('of %s says by itself what has to have gone well', (_, job) => {
    expect(job.if).toMatch(/^\$\{\{ !cancelled\(\)/)
  })
})

const { approval: approve, rollback } = workflows.get('rollback-run.yml')?.jobs ?? {}

describe('a deploy', () => {
  const { deploy, plan, approval, apply } = workflows.get('deploy-run.yml')?.jobs ?? {}

  it('is planned and applied by one job where nobody approves it, which refuses any other', () => {
    expect(deploy?.if).toBe('\u0024{{ !cancelled() && inputs.automatic }}')
    expect(plan?.if).toBe('\u0024{{ !cancelled() && !inputs.automatic }}')
    const [planning, refusing, preparing, applying] = deploy?.steps?.slice(-4) ?? []
    expect(planning?.env).toMatchObject({ OUT: '\u0024{{ runner.temp }}/plan' })
    expect(refusing).toMatchObject({
      if: "steps.plan.outputs.approval != 'false'",
      run: expect.stringContaining('exit 1'),
    })
    // A session for as long as the deploy, which the plan and its wait for a lock take nothing of.
    expect(preparing).toMatchObject({ uses: './.github/actions/prepare', with: { role: 'deploy' } })
    expect(preparing?.with?.service).toBe('\u0024{{ inputs.service }}')
    expect([preparing?.if, applying?.if]).toEqual(Array(2).fill("steps.plan.outputs.needed == 'true'"))
    expect(applying?.env).toMatchObject({
      PLAN: '\u0024{{ steps.plan.outputs.file }}',
      PLAN_SHA256: '\u0024{{ steps.plan.outputs.sha256 }}',
    })
  })

  it('otherwise is planned, approved and applied by three jobs, and applies the plan by its hash', () => {
    expect(needsOf(approval ?? {})).toEqual(['plan'])
    expect(needsOf(apply ?? {})).toEqual(['plan', 'approval'])
    expect(plan?.environment).toBeUndefined()
    expect(approval?.environment).toBe('\u0024{{ inputs.environment }}-approval')
    expect(apply?.environment).toBe('\u0024{{ inputs.environment }}')
    expect(apply?.steps?.at(-1)?.env).toMatchObject({
      PLAN: '\u0024{{ needs.plan.outputs.file }}',
      PLAN_SHA256: '\u0024{{ needs.plan.outputs.sha256 }}',
    })
    expect(plan?.steps?.at(-1)?.env).toMatchObject({ OUT: 'state' })
  })

  it('queues with those of the same service and environment, after its approval, and none is dropped', () => {
    expect([plan?.concurrency, approval?.concurrency]).toEqual([undefined, undefined])
    expect(deploy?.concurrency).toEqual({
      group: 'deploy-\u0024{{ inputs.environment }}-\u0024{{ inputs.service }}',
      queue: 'max',
    })
    expect(apply?.concurrency).toEqual({
      group: 'deploy-\u0024{{ inputs.environment }}-\u0024{{ needs.plan.outputs.service }}',
      queue: 'max',
    })
    for (const name of [
      'release.yml',
      'release-run.yml',
      'bring-run.yml',
      'pin-run.yml',
      'deploy-run.yml',
      'deploy.yml',
      'build.yml',
    ])
      expect([name, workflows.get(name)?.concurrency]).toEqual([name, undefined])
  })

  it('never holds up a rollback, which holds its place only once it is approved', () => {
    expect(workflows.get('rollback.yml')?.concurrency).toBeUndefined()
    expect(workflows.get('rollback-run.yml')?.concurrency).toBeUndefined()
    expect(approve?.concurrency).toBeUndefined()
    expect(rollback?.concurrency).toEqual({
      group: 'rollback-\u0024{{ inputs.environment }}-\u0024{{ inputs.service }}',
      queue: 'max',
    })
  })

  it.each(['deploy.yml', 'rollback.yml'])('by hand (%s) goes to the environments that there are', file => {
    const { environment } = workflows.get(file)?.events.workflow_dispatch?.inputs ?? {}
    expect(environment?.options).toEqual(Object.keys(environments.environments))
  })

  it('follows a push to every release branch', () => {
    expect(workflows.get('build.yml')?.events.push?.branches).toEqual(environments.releaseBranches)
  })
})

describe('a rollback', () => {
  it('is approved once, by the reviewers of a deploy', () => {
    expect(needsOf(rollback ?? {})).toEqual(['approval'])
    expect(approve?.environment).toBe('\u0024{{ inputs.environment }}-approval')
    expect(rollback?.environment).toBe('\u0024{{ inputs.environment }}')
  })

  it('does not wait for what is only needed once the traffic is back', () => {
    const own = rollback?.steps ?? []
    const before = own.slice(
      0,
      own.findIndex(({ id }) => id === 'rollback'),
    )
    const needed = ['actions/checkout', './.github/actions/prepare']
    for (const { uses = '', ...step } of before)
      expect([uses, step['continue-on-error'] ?? false]).toEqual([
        uses,
        !needed.includes(uses.replace(/@.*/, '')),
      ])
  })
})

describe('a script', () => {
  const scripts = steps.filter(([, { run }]) => run !== undefined)

  it.each(scripts)('%s holds no expression: values come by the environment', (_, { run }) => {
    expect(run).not.toContain('${{')
  })

  it('is run by bash with pipefail', () => {
    for (const [name, job, workflow] of jobs)
      if (job.steps?.some(({ run }) => run !== undefined))
        expect([name, workflow.shell]).toEqual([name, 'bash'])
    for (const [name, { steps: own }] of readActions())
      for (const step of own) if (step.run !== undefined) expect([name, step.shell]).toEqual([name, 'bash'])
  })

  // Not of a command: what git, the wrapper and notices take.
  const common = /^(GH_TOKEN|GITHUB_TOKEN|ANSWER|ENVIRONMENTS|GIT_(AUTHOR|COMMITTER)_(NAME|EMAIL))$/
  const calls = scripts.flatMap(([name, { run = '', env = {} }]) =>
    [...run.matchAll(/node scripts\/([a-z]+)\.ts/g)].map(
      ([, command = '']) => [name, command, Object.keys(env)] as const,
    ),
  )

  it.each(calls)('%s gives %s only options that it takes', (_, name, given) => {
    const command = commands.find(one => one.name === name)
    const taken = [...Object.keys({ ...commonOptions, ...command?.options }), ...(command?.reads ?? [])]
    expect(taken).toEqual(expect.arrayContaining(given.filter(option => !common.test(option))))
  })

  it
    .skipIf(!hasShellcheck)
    .each([
      ...scripts.map(([name, { run = '' }]) => [name, run] as const),
      ['run.sh', readText('.github', 'scripts', 'run.sh')] as const,
    ])(shellcheckTitle, (_, script) => {
    expect(shellcheck(script)).toBe('')
  })
})

it.each(jobs.filter(([, { steps: own }]) => own !== undefined))('%s has a timeout', (_, job) => {
  // A rollout in phases can take hours.
  const isDeploy = job.steps?.some(({ run = '' }) => run.includes('scripts/deploy.ts'))
  expect(job['timeout-minutes']).toBeLessThanOrEqual(isDeploy ? 360 : 60)
})

describe('the repository', () => {
  it('names the owners of what decides about production', () => {
    const owners = readText('.github', 'CODEOWNERS')
    // Whatever nobody has thought of belongs to somebody: a GNUmakefile, an .npmrc.
    expect(owners).toMatch(/^\* +@\w/m)
    for (const path of ['/cdktf/pins/prod/', '/cdktf/environments.json', '/.github/', '/scripts/'])
      expect(owners).toMatch(new RegExp(`^${path.replaceAll('/', '\\/').replaceAll('.', '\\.')} +@\\w`, 'm'))
    for (const [, path = ''] of owners.matchAll(/^(\/\S+)/gm))
      expect([path, existsSync(join(projectRoot, path)) || path === '/cdktf/pins/prod/']).toEqual([
        path,
        true,
      ])
  })

  it('says how to report a vulnerability, has a licence, and keeps its actions and packages up to date', () => {
    expect(readText('.github', 'SECURITY.md')).toMatch(/private/i)
    expect(readText('LICENSE')).toContain('Apache License')
    const ecosystems = [...readText('.github', 'dependabot.yml').matchAll(/package-ecosystem: (\S+)/g)].map(
      ([, name]) => name,
    )
    expect(ecosystems).toEqual(expect.arrayContaining(['github-actions', 'npm', 'docker']))
  })
})
