import { describe, expect, it } from 'vitest'
import { environmentsSchema } from '../../../../scripts/catalogue/environments-schema.ts'
import { fails } from '../../../../scripts/doctor/check.ts'
import { checkWorkflowFiles } from '../../../../scripts/doctor/workflows/checks.ts'
import { isWaybills, readWorkflowFile, type WorkflowFile } from '../../../../scripts/doctor/workflows/file.ts'
import { sampleError, userError } from '../../samples.ts'

const place = { account: '111111111111', region: 'eu-central-1' }
const wanted = (more: object = {}) =>
  environmentsSchema.parse({
    releaseBranches: ['main', 'hotfix/*'],
    artifacts: { ...place, bucket: 'acme-artifacts' },
    environments: { staging: place, prod: place },
    github: { repository: 'acme/parcels' },
    ...more,
  })

const files = ['deploy.yml', 'deploy-run.yml', 'pin-run.yml', 'release-run.yml', 'build.yml']
const call = (uses: string) => ({ jobs: { one: { uses } } })
const right = 'acme/parcels/.github/workflows/deploy-run.yml@main'
const checkout = (given?: object) => ({
  jobs: { one: { steps: [{ uses: 'actions/checkout@0123 # v6', with: given }] } },
})
const building = (push: unknown) => ({
  on: { push },
  jobs: { one: { steps: [{ run: '.github/scripts/run.sh node scripts/build.ts' }] } },
})
const asking = (options?: string[]) => ({
  on: { workflow_dispatch: { inputs: { environment: { type: 'choice', options } } } },
  jobs: {},
})

const read = (document: object): WorkflowFile =>
  readWorkflowFile('.github/workflows/deploy.yml', { on: 'push', ...document })

function check(title: string, document: object, environments = wanted()) {
  const seen = [{ file: 'deploy.yml', workflow: { value: read(document) } }]
  const checks = checkWorkflowFiles({ seen, files }, { value: environments }, [])
  return checks.find(one => one.title === title)
}

it('without workflows there is nothing to check', () => {
  expect(checkWorkflowFiles({ seen: [], files: ['theirs.yml'] }, { value: wanted() }, [])).toEqual([])
})

it.each([
  ['        run: .github/scripts/run.sh node scripts/plan.ts', true],
  ['    uses: acme/waybill/.github/workflows/pin-run.yml@main', true],
  ['    uses: ./.github/workflows/release-run.yml', true],
  ['    uses: acme/shared/.github/workflows/notify.yml@v1', false],
  ['        run: make test', false],
])('a workflow with %j is one of ours: %s', (text, expected) => {
  expect(isWaybills(text)).toBe(expected)
})

describe('calls', () => {
  it.each<[string, string, object]>([
    ['the trusted repository and branch', right, {}],
    ['a trusted branch other than main', right.replace('main', 'trusted'), { workflows: 'trusted' }],
    ["somebody else's workflow", 'acme/shared/.github/workflows/notify.yml@v1', {}],
  ])('a call to %s passes', (_, uses, github) => {
    const environments = wanted({ github: { repository: 'acme/parcels', ...github } })
    expect(check('workflow calls', call(uses), environments)).toMatchObject({ state: 'ok' })
  })

  it.each<[string, string, string]>([
    [
      'another repository',
      right.replace('parcels', 'waybill'),
      'calls acme/waybill/.github/workflows/deploy-run',
    ],
    ['another branch', right.replace('main', 'topic'), 'deploy-run.yml@topic'],
    ['a tag, which looks like the branch', `${right}-v1.0.0`, '@main-v1.0.0'],
    ['no branch', right.replace('@main', ''), 'deploy-run.yml'],
    ['its path alone', './.github/workflows/deploy-run.yml', './.github/workflows/deploy-run.yml'],
    ['hidden text', right.replace('acme', 'acme\u202e'), 'calls acme/parcels'],
  ])('a call to %s fails, with the command that rewrites the calls', (_, uses, detail) => {
    const found = check('workflow calls', call(uses))
    expect(found).toMatchObject({ state: 'failed', detail: expect.stringContaining(detail) })
    expect(found?.detail).toContain('must be to acme/parcels at main')
    expect(found?.remedy).toContain('uses: acme/parcels/.github/workflows/\\1@main#')
  })

  it('no text from a workflow gets into a command', () => {
    const found = check('workflow calls', call("acme/x'$(id)/.github/workflows/pin-run.yml@`id`"))
    expect(found?.state).toBe('failed')
    expect(found?.remedy).not.toMatch(/\$\(id\)|`/)
  })

  it('a call to a missing file fails', () => {
    const gone = right.replace('deploy-run', 'deploi-run')
    expect(check('workflow calls', call(gone))).toMatchObject({
      state: 'failed',
      detail: expect.stringContaining('name a file that .github/workflows does not have: deploy.yml calls'),
    })
  })

  it('without github, calls must name one repository, and a warning says that there are no roles', () => {
    const environments = wanted({ github: undefined })
    expect(check('workflow calls', call(right), environments)).toMatchObject({
      state: 'warning',
      detail:
        '1 call to acme/parcels at main; environments.json has no github, so make bootstrap creates no roles for them',
    })
    const two = { jobs: { one: { uses: right }, two: { uses: right.replace('parcels', 'waybill') } } }
    expect(check('workflow calls', two, environments)).toMatchObject({
      state: 'failed',
      detail: 'are to acme/parcels and acme/waybill, but all must name one repository, in full',
    })
    expect(check('workflow calls', call(right.replace('main', 'topic')), environments)).toMatchObject({
      state: 'failed',
      remedy: 'Write @main there.',
    })
  })
})

describe('the branch that is checked out', () => {
  const called = { on: { workflow_call: null } }
  it.each<[string, object, string | undefined]>([
    ['main', { ...called, ...checkout({ ref: 'main' }) }, undefined],
    ['what was pushed, in a workflow that a push starts', checkout(), undefined],
    ['another one', { ...called, ...checkout({ ref: 'master' }) }, 'checks out master'],
    ['what started it, in one that is called', { ...called, ...checkout() }, 'checks out what started it'],
    [
      'what started it, by the clock',
      { on: { schedule: [] }, ...checkout({}) },
      'checks out what started it',
    ],
  ])('%s', (_, document, detail) => {
    expect(check('workflow branch', document)).toMatchObject(
      detail === undefined
        ? { state: 'ok', detail: 'jobs with roles work on main' }
        : {
            state: 'failed',
            detail: expect.stringContaining(detail),
            remedy: expect.stringContaining('Write ref: main below "with:"'),
          },
    )
  })

  it('is also the base of pull requests', () => {
    const run = 'gh pr list --base main --head x && gh pr create --base=master --fill'
    expect(check('workflow branch', { jobs: { one: { steps: [{ run }] } } })).toMatchObject({
      detail: expect.stringContaining('opens pull requests for master'),
      remedy: 'Write --base main in each gh pr there.',
    })
  })
})

it.each<[string, object, string | undefined]>([
  ['the release branches', building({ branches: ['hotfix/*', 'main'] }), undefined],
  ['one of them', building({ branches: 'main' }), 'deploy.yml builds main'],
  ['more', building({ branches: ['main', 'hotfix/*', 'next'] }), 'builds main, hotfix/*, next'],
  ['every one', building(null), undefined],
  ['every one, as a word', { ...building({}), on: ['push'] }, undefined],
])('a push that builds: %s', (name, document, detail) => {
  const every = name.startsWith('every') ? 'builds **' : detail
  expect(check('build branches', document)).toMatchObject(
    every === undefined
      ? { state: 'ok', detail: 'main, hotfix/*' }
      : {
          state: 'failed',
          detail: expect.stringContaining(every),
          remedy: expect.stringContaining('branches: [main, hotfix/*] below "push:"'),
        },
  )
})

it.each<[string[] | undefined, string | undefined]>([
  [['prod', 'staging'], undefined],
  [undefined, undefined],
  [['staging'], 'deploy.yml offers staging'],
  [['staging', 'prod', 'qa'], 'offers staging, prod, qa'],
  [[], 'offers none'],
])('the environments %j to choose from', (options, detail) => {
  expect(check('workflow environments', asking(options))).toMatchObject(
    detail === undefined
      ? { state: 'ok' }
      : {
          state: 'failed',
          detail: expect.stringContaining(detail),
          remedy: 'Write options: [staging, prod] below "environment:" there.',
        },
  )
})

it.each<[string, unknown, string]>([
  ['an empty file', null, 'must be an object'],
  ['a list', [], 'must be an object'],
  ['jobs that are a word', { on: 'push', jobs: 'none' }, 'jobs: '],
  ['a job without a body', { on: 'push', jobs: { one: null } }, 'jobs.one: '],
  ['a ref that is a list', { on: 'push', ...checkout({ ref: ['main'] }) }, 'with.ref: '],
])('%s is not a workflow', (_, document, fault) => {
  const error = userError(() => readWorkflowFile('.github/workflows/x.yml', document))
  expect(error.message).toContain('.github/workflows/x.yml is not valid')
  expect(error.message).toContain(fault)
  expect(error.remedy).toContain('Correct .github/workflows/x.yml')
})

it('a bad file has its own line, and does not hide what is wrong in others', () => {
  const bad = { file: 'bad.yml', workflow: { error: sampleError('is not YAML', { cause: 'line 3' }) } }
  const other = { file: 'deploy.yml', workflow: { value: read(asking(['staging'])) } }
  const checks = checkWorkflowFiles({ seen: [bad, other], files }, { value: wanted() }, [])
  expect(checks.map(({ title, state }) => [title, state])).toEqual([
    ['workflow bad.yml', 'failed'],
    ['workflow calls', 'ok'],
    ['workflow branch', 'ok'],
    ['build branches', 'ok'],
    ['workflow environments', 'failed'],
    ['rollout times', 'ok'],
  ])
})

it('without environments.json nothing is compared', () => {
  const seen = [{ file: 'deploy.yml', workflow: { value: read(asking([])) } }]
  const { title, detail } = fails('environments.json', 'bad', '')
  const missing = { error: sampleError(detail), behind: title }
  for (const { state } of checkWorkflowFiles({ seen, files }, missing, [])) expect(state).toBe('not checked')
})
