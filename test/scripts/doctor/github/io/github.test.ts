import { CreateRoleCommand } from '@aws-sdk/client-iam'
import { describe, expect, it } from 'vitest'
import { parseEnvironments } from '../../../../../scripts/catalogue/environments.ts'
import type { DoctorCheck } from '../../../../../scripts/doctor/check.ts'
import { checkGithub } from '../../../../../scripts/doctor/github/checks.ts'
import { observeGithub } from '../../../../../scripts/doctor/github/io/observe.ts'
import { findGithub } from '../../../../../scripts/doctor/github/io/place.ts'
import { clientsFor } from '../../../../emulator/clients.ts'
import { environmentsJson, makeWorld, type World } from '../../../../support/world.ts'
import { service } from '../../../samples.ts'
import { type GithubAnswer, type GithubServer, startGithub } from './github-server.ts'

const github = { repository: 'acme/parcels', repositoryId: '4711', ownerId: '12' }
const environmentsWith = (more: object) =>
  parseEnvironments(JSON.stringify({ ...environmentsJson, ...more }), { name: 'test', remedy: '' })
const environments = environmentsWith({ github })

type Context = { onTestFinished: (clean: () => Promise<void>) => void }

async function server({ onTestFinished }: Context, changes: Record<string, GithubAnswer> = {}) {
  const started = await startGithub()
  onTestFinished(() => started.close())
  for (const [path, answer] of Object.entries(changes)) started.answers.set(path, answer)
  return started
}

async function examine(
  { url }: GithubServer,
  asked = environments,
  timeoutMs = 5000,
): Promise<DoctorCheck[]> {
  const connection = { api: url, token: 'test-token', timeoutMs }
  const wanted = { environments: asked, services: [service('service-a'), service('service-b')] }
  const value = await observeGithub({ name: 'acme/parcels', connection }, wanted)
  return checkGithub({ value })
}

/** The checks that did not pass, by title. */
function trouble(checks: readonly DoctorCheck[]): Record<string, string> {
  const bad = checks.filter(({ state }) => state !== 'ok')
  return Object.fromEntries(
    bad.map(({ title, state, detail, remedy = '' }) => [title, `${state}: ${detail} | ${remedy}`]),
  )
}

const ownRoles = ['waybill-build', 'waybill-release', 'waybill-read']

async function makeRole({ emulator }: World, RoleName: string): Promise<void> {
  const { account } = environmentsJson.artifacts
  const federated = { Federated: `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com` }
  const trust = { Effect: 'Allow', Principal: federated, Action: 'sts:AssumeRoleWithWebIdentity' }
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] })
  await clientsFor(emulator).iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }))
}

it('make doctor names the roles of CI that the artifact account lacks, and asks no other account for them', async context => {
  const world = await makeWorld({
    onFinished: context.onTestFinished,
    files: { 'cdktf/environments.json': JSON.stringify({ ...environmentsJson, github }) },
    repositories: [],
  })
  await makeRole(world, 'waybill-release')
  const roles = async (env: Record<string, string> = {}) => {
    const { stdout } = await world.waybill('doctor', { JSON: '1' }, { env })
    const { checks } = JSON.parse(stdout) as { checks: DoctorCheck[] }
    return checks
      .filter(({ title }) => title.startsWith('role '))
      .map(one => [one.title, one.state, one.remedy])
  }
  const remedy = 'make bootstrap creates it.'
  expect(await roles()).toEqual([
    ['role waybill-build', 'failed', remedy],
    ['role waybill-release', 'ok', undefined],
    ['role waybill-read', 'failed', remedy],
  ])
  expect(await roles(world.emulator.credentials({ account: '222222222222' }))).toEqual([])
})

it('make doctor REMOTE=1 passes a good set-up, and writes nothing to GitHub', async context => {
  const { url, requests } = await server(context)
  const world = await makeWorld({
    onFinished: context.onTestFinished,
    files: { 'cdktf/environments.json': JSON.stringify({ ...environmentsJson, github }) },
    repositories: [],
  })
  await world.commit({
    'services/service-b/service.json': JSON.stringify({
      kind: 'lambda-zip',
      build: { command: 'make', output: 'dist' },
    }),
  })
  for (const name of ownRoles) await makeRole(world, name)
  const env = { GITHUB_API_URL: `${url}/`, GH_TOKEN: 'test-token' }
  const { code, stdout, stderr } = await world.waybill('doctor', { REMOTE: '1' }, { env })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(
    stdout.split('\n').slice(-23).join('\n'),
  ).toBe(`  ✔ github                       acme/parcels is private
  ✔ oidc trust                   the roles trust acme/parcels, by name and by id
  ✔ oidc subject                 is the default
  ✔ workflow rights              a workflow may only read, and cannot approve
  ✔ release tag rules            no release tag can be moved or deleted
  ✔ branch main history          cannot be rewritten or deleted
  ✔ branch main review           changes only by pull request, with an approval
  ✔ branch hotfix/* history      cannot be rewritten or deleted
  ✔ branch hotfix/* review       changes only by pull request, with an approval
  ✔ branch hotfix/* creation     not everybody can create one
  ✔ environment staging          for main, *-v* only
  ✔ environment prod             for main only
  ✔ environment prod-approval    for main only
  ✔ approval for prod            somebody else has to approve
  ✔ code owners                  exist for cdktf/pins/prod/service-a.json and for all code that runs with rights
  ✔ code owners file             GitHub finds no errors in it
  ✔ code owners approve          what they own
  ✔ secrets of the repository    no AWS key among WAYBILL_PIN_APP_KEY
  ✔ secrets of the organization  none
  ✔ secrets of staging           none
  ✔ secrets of prod              none
Everything is ready for a release.
`)
  expect(requests.filter(({ line }) => !line.startsWith('GET '))).toEqual([])
  expect(new Set(requests.map(({ token }) => token))).toEqual(new Set(['Bearer test-token']))
  expect(stdout).not.toContain('test-token')

  const alone = await world.waybill('doctor', {}, { env })
  expect(alone.stdout).not.toContain('github')
  const tokenless = await world.waybill('doctor', { REMOTE: '1' }, { env: { GITHUB_API_URL: url } })
  expect(tokenless).toMatchObject({ code: 2, stdout: expect.stringContaining('✖ github') })
  expect(tokenless.stdout).toContain('GH_TOKEN=$(gh auth token)')
})

const unreviewed = [{ type: 'deletion' }, { type: 'non_fast_forward' }]
const withReviews = (parameters: object | undefined) => ({
  body: [...unreviewed, { type: 'pull_request', parameters }],
})
const olderProtection = (required_pull_request_reviews: object) => ({
  body: {
    required_pull_request_reviews,
    allow_force_pushes: { enabled: false },
    allow_deletions: { enabled: false },
  },
})
const policies = (...branch_policies: object[]) => ({ body: { branch_policies } })
const onTags = (exclude: string[]) => ({
  body: {
    name: 'tags',
    enforcement: 'active',
    bypass_actors: [],
    conditions: { ref_name: { include: ['refs/tags/*-v*'], exclude } },
    rules: [{ type: 'update' }, { type: 'deletion' }],
  },
})

it.each<[string, string, Record<string, GithubAnswer>, RegExp]>([
  [
    'oidc subject',
    'uses other claims',
    { '/actions/oidc/customization/sub': { body: { use_default: false, include_claim_keys: ['actor'] } } },
    /^failed: uses the claims actor.*\| gh api --method PUT .*use_default=true$/,
  ],
  [
    'workflow rights',
    'lets workflows approve',
    {
      '/actions/permissions/workflow': {
        body: { default_workflow_permissions: 'read', can_approve_pull_request_reviews: true },
      },
    },
    /^warning: a workflow may create and approve pull requests.*\| Needed .*WAYBILL_PIN.*code owners.*Otherwise: gh api .*reviews=false$/,
  ],
  [
    'workflow rights',
    'lets workflows write',
    {
      '/actions/permissions/workflow': {
        body: { default_workflow_permissions: 'write', can_approve_pull_request_reviews: false },
      },
    },
    /^failed: .* may write/,
  ],
  [
    'release tag rules',
    'has no ruleset',
    { '/rulesets': { body: [] } },
    /^failed: .*can move or delete a release tag such as service-a-v1\.0\.0/,
  ],
  [
    'release tag rules',
    'excludes tags from its rules',
    { '/rulesets/1': onTags(['refs/tags/legacy-*']) },
    /^warning: .*exclude some release tags: refs\/tags\/legacy-\* \(tags\) \| Empty "Exclude/,
  ],
  [
    'branch main history',
    'lets people rewrite main',
    { '/rules/branches/main': { body: [{ type: 'pull_request' }] } },
    /^failed: .*can rewrite or delete it/,
  ],
  [
    'branch main history',
    'lets people delete main',
    { '/rules/branches/main': { body: [{ type: 'non_fast_forward' }] } },
    /^failed: .*can rewrite or delete it \| .*restricts deletions/,
  ],
  [
    'branch main history',
    'lets people delete main by the older protection',
    {
      '/rules/branches/main': { body: [] },
      '/branches/main/protection': {
        body: { allow_force_pushes: { enabled: false }, allow_deletions: { enabled: true } },
      },
    },
    /^failed: .*can rewrite or delete it/,
  ],
  [
    'branch main review',
    'lets people push to main',
    { '/rules/branches/main': { body: unreviewed } },
    /^failed: anybody who can push/,
  ],
  [
    'branch main review',
    'requires pull requests without an approval',
    { '/rules/branches/main': withReviews({ required_approving_review_count: 0 }) },
    /^failed: .*without an approval \| .*with an approval/,
  ],
  [
    'branch main review',
    'requires pull requests without a number of approvals',
    { '/rules/branches/main': withReviews(undefined) },
    /^failed: .*without an approval/,
  ],
  [
    'branch main review',
    'requires no approval by the older protection either',
    {
      '/rules/branches/main': { body: [] },
      '/branches/main/protection': olderProtection({ required_approving_review_count: 0 }),
    },
    /^failed: .*without an approval/,
  ],
  [
    'branch hotfix/* creation',
    'lets anybody who can push start a hotfix at any commit',
    { '/rules/branches/hotfix%2Fx': withReviews({ required_approving_review_count: 1 }) },
    /^failed: anybody who can push can create one.*ruleset for hotfix\/\* that restricts creations/,
  ],
  [
    'branch hotfix/* review',
    'lets people push to hotfixes, whose workflows take roles too',
    { '/rules/branches/hotfix%2Fx': { body: unreviewed } },
    /^failed: anybody who can push.*ruleset for hotfix\/\*/,
  ],
  [
    'code owners approve',
    'requires no approval of owners',
    { '/rules/branches/main': withReviews({ required_approving_review_count: 1 }) },
    /^failed: their approval is not required \| Turn on/,
  ],
  [
    'environment staging',
    'lacks the environment',
    { '/environments': { body: { environments: [] } } },
    /^failed: does not exist on GitHub.* \| Create it/,
  ],
  [
    'approval for prod',
    'has no reviewers',
    {
      '/environments': {
        body: { environments: [{ name: 'prod', protection_rules: [], deployment_branch_policy: null }] },
      },
    },
    /^failed: nobody has to approve.* \| Add required reviewers/,
  ],
  [
    'approval for prod',
    'requires reviewers, and names none',
    {
      '/environments': {
        body: {
          environments: ['prod', 'prod-approval'].map(name => ({
            name,
            protection_rules: [{ type: 'required_reviewers', reviewers: [], prevent_self_review: true }],
          })),
        },
      },
    },
    /^failed: nobody has to approve/,
  ],
  [
    'approval for prod',
    'lets people approve their own',
    {
      '/environments': {
        body: {
          environments: [
            { name: 'prod', protection_rules: [{ type: 'required_reviewers', reviewers: [{}] }] },
          ],
        },
      },
    },
    /^warning: people can approve their own .*\| Turn on "Prevent/,
  ],
  [
    'environment prod',
    'lets other branches deploy',
    { '/environments/prod/deployment-branch-policies': policies({ name: 'topic/*' }) },
    /^failed: jobs on branch topic\/\* can deploy to it.*\| Let only the branch main deploy/,
  ],
  [
    'environment prod',
    'lets a tag deploy that has the name of a branch',
    { '/environments/prod/deployment-branch-policies': policies({ name: 'main', type: 'tag' }) },
    /^failed: jobs on tag main can/,
  ],
  [
    'environment prod',
    'lets release tags deploy to a manual environment',
    {
      '/environments/prod/deployment-branch-policies': policies(
        { name: 'main', type: 'branch' },
        { name: '*-v*', type: 'tag' },
      ),
    },
    /^failed: jobs on tag \*-v\* can/,
  ],
  [
    'environment staging',
    'lets branches deploy that have names of release tags',
    {
      '/environments/staging/deployment-branch-policies': policies(
        { name: 'main' },
        { name: '*-v*', type: 'branch' },
      ),
    },
    /^failed: jobs on branch \*-v\* can.*\| Let only the branch main and the tags \*-v\* deploy/,
  ],
  [
    'environment staging',
    'lets more than hotfixes deploy, by a pattern with **',
    { '/environments/staging/deployment-branch-policies': policies({ name: 'hotfix/**' }) },
    /^failed: jobs on branch hotfix\/\*\* can/,
  ],
  [
    'environment prod-approval',
    'lets hotfixes ask for an approval',
    { '/environments/prod-approval/deployment-branch-policies': policies({ name: 'hotfix/*' }) },
    /^failed: jobs on branch hotfix\/\* can .*\| Let only the branch main deploy .*prod-approval/,
  ],
  [
    'environment prod-approval',
    'lets any branch ask for an approval',
    {
      '/environments': {
        body: { environments: [{ name: 'prod-approval', deployment_branch_policy: null }] },
      },
    },
    /^failed: jobs on any branch/,
  ],
  [
    'environment prod',
    'lets no branch deploy',
    { '/environments/prod/deployment-branch-policies': policies() },
    /^failed: jobs on no branch can deploy/,
  ],
  [
    'environment staging',
    'does not let tags deploy',
    {
      '/environments/staging/deployment-branch-policies': {
        body: { branch_policies: [{ name: 'main', type: 'branch' }] },
      },
    },
    /^warning: jobs started by a release tag cannot/,
  ],
  [
    'code owners',
    'has no code owners',
    { '/contents/.github/CODEOWNERS': { status: 404 } },
    /^failed: there is no \.github\/CODEOWNERS/,
  ],
  [
    'code owners',
    "has no owner for production's pins",
    { '/contents/.github/CODEOWNERS': { text: '* @acme/all\n/cdktf/pins/prod/\n' } },
    /^failed: it names no owners.* cdktf\/pins\/prod\/service-a\.json \| Add to/,
  ],
  [
    'code owners',
    'has no owner for what make and npm read first',
    {
      '/contents/.github/CODEOWNERS': {
        text: '/cdktf/ @acme/all\n/.github/workflows/ @acme/all\n/Makefile @acme/all\n/package.json @acme/all\n',
      },
    },
    /^failed: it names no owners.* to services\/x\/stack\.ts, .*, \.github\/actions\/x, scripts\/x, GNUmakefile, makefile, \.npmrc, package-lock\.json \| Start \.github\/CODEOWNERS with \* @<owners>/,
  ],
  [
    'code owners file',
    'names unknown owners',
    { '/codeowners/errors': { body: { errors: [{ line: 2, kind: 'Unknown owner', path: 'CODEOWNERS' }] } } },
    /^failed: GitHub ignores 1 line of it: CODEOWNERS:2 Unknown owner/,
  ],
  [
    'secrets of the repository',
    'stores AWS keys',
    { '/actions/secrets': { body: { secrets: [{ name: 'AWS_SECRET_ACCESS_KEY' }, { name: 'OTHER' }] } } },
    /^failed: AWS keys are stored: AWS_SECRET_ACCESS_KEY \| Deactivate/,
  ],
  [
    'secrets of prod',
    'stores a personal token',
    { '/environments/prod/secrets': { body: { secrets: [{ name: 'RELEASE_PAT' }] } } },
    /^warning: a personal token/,
  ],
])('the check %s finds a repository that %s, and has a remedy', async (title, _, changes, expected) => {
  const cleaners: (() => Promise<void>)[] = []
  const started = await server({ onTestFinished: clean => cleaners.push(clean) }, changes)
  const found = trouble(await examine(started))
  for (const clean of cleaners) await clean()
  expect(found[title]).toMatch(expected)
  expect(found[title]?.split(' | ')[1]).toMatch(/\w/)
})

it('rules that are stricter than necessary pass', async context => {
  const started = await server(context, {
    '/environments/staging/deployment-branch-policies': policies(
      { name: 'main' },
      { name: 'hotfix/1' },
      { name: 'service-a-v*', type: 'tag' },
    ),
    '/rules/branches/main': withReviews({ require_code_owner_review: true }),
  })
  expect(trouble(await examine(started))).toEqual({})
  started.answers.set('/rules/branches/main', { body: [] })
  started.answers.set('/branches/main/protection', olderProtection({ required_approving_review_count: 1 }))
  expect(Object.keys(trouble(await examine(started)))).toEqual(['code owners approve'])
})

it('the trust of the roles is compared with the repository on GitHub', async context => {
  const started = await server(context)
  const seen = async (other: object | undefined) =>
    trouble(await examine(started, environmentsWith(other === undefined ? {} : { github: other })))[
      'oidc trust'
    ]
  expect(await seen(undefined)).toMatch(/^warning: .*no github.*"repositoryId": "4711", "ownerId": "12"/)
  expect(await seen({ ...github, repository: 'acme/Parcels' })).toMatch(
    /^failed: the roles trust acme\/Parcels/,
  )
  expect(await seen({ ...github, repositoryId: '4712' })).toMatch(
    /^failed: .*repository id 4712 and owner id 12/,
  )
  expect(await seen({ repository: 'acme/parcels' })).toMatch(/^warning: .*take over/)
  expect(await seen(github)).toBeUndefined()
})

it('a list of several pages is read to its end, and never from another server', async context => {
  const started = await server(context)
  const next = (link: string) => ({ link: `<${link}>; rel="next"` })
  const page = { secrets: [{ name: 'ONE' }] }
  const last = { secrets: [{ name: 'AWS_ACCESS_KEY_ID' }] }
  const path = '/actions/secrets'
  started.answers.set(path, { body: page, headers: next(`${started.url}/repos/acme/parcels/page2`) })
  started.answers.set('/page2', { body: last })
  expect(trouble(await examine(started))['secrets of the repository']).toMatch(/AWS_ACCESS_KEY_ID/)
  started.answers.set(path, { body: page, headers: next('http://127.0.0.1:9/repos') })
  expect(trouble(await examine(started))['secrets of the repository']).toMatch(
    /^not checked: .*another server/,
  )
  started.answers.set(path, { body: page, headers: next(`${started.url}/repos/acme/parcels${path}`) })
  expect(trouble(await examine(started))['secrets of the repository']).toMatch(/^not checked: .*20 pages/)
})

describe('what the token cannot see', () => {
  const all = [
    '/actions/oidc/customization/sub',
    '/actions/permissions/workflow',
    '/rulesets',
    '/rules/branches/main',
    '/branches/main/protection',
    '/rules/branches/hotfix%2Fx',
    '/branches/hotfix%2Fx/protection',
    '/environments',
    '/contents/.github/CODEOWNERS',
    '/codeowners/errors',
    '/actions/secrets',
    '/actions/organization-secrets',
    '/environments/staging/secrets',
    '/environments/prod/secrets',
  ]
  const denied = { status: 403, body: { message: 'Resource not accessible by integration' } }
  const reset = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1767225600' }
  it.each<[string, GithubAnswer, RegExp, 'badInput' | 'cloud']>([
    ['403', denied, /cannot read .*: GitHub says 403: Resource not.*\| Grant \w+: read/, 'badInput'],
    [
      'a limit',
      { ...denied, headers: reset },
      /403.*\| Run this again after 2026-01-01T00:00:00.000Z/,
      'cloud',
    ],
    [
      'a limit without an end',
      { ...denied, headers: { ...reset, 'x-ratelimit-reset': '99999999999999999' } },
      /403.*\| Run this again later\./,
      'cloud',
    ],
    ['429', { status: 429, headers: { 'retry-after': '60' } }, /429.*\| Run this again in 60 s/, 'cloud'],
    ['500', { status: 500, text: '<html>' }, /GitHub says 500.*\| It is safe/, 'cloud'],
    ['HTML in place of JSON', { text: '<html>' }, /nothing usable came back/, 'cloud'],
    ['another shape', { body: { changed: true } }, /nothing usable came back/, 'cloud'],
    ['silence', { silent: true }, /nothing usable came back: .*timeout/, 'cloud'],
    [
      'a redirect',
      { status: 302, headers: { location: 'http://127.0.0.1:9/' } },
      /nothing usable.*302/,
      'cloud',
    ],
  ])('%s is reported, and lets no check pass', async (_, answer, expected, ending) => {
    const cleaners: (() => Promise<void>)[] = []
    const started = await server(
      { onTestFinished: clean => cleaners.push(clean) },
      Object.fromEntries(all.map(path => [path, answer])),
    )
    const isSilent = 'silent' in answer
    const checks = await examine(started, environments, isSilent ? 500 : undefined)
    for (const clean of cleaners) await clean()
    const seen = checks.filter(({ state }) => state === 'ok').map(({ title }) => title)
    // CODEOWNERS is plain text: any answer can be one.
    const asText = answer.text !== undefined || answer.body !== undefined ? ['code owners'] : []
    expect(['github', 'oidc trust', ...asText]).toEqual(expect.arrayContaining(seen))
    const unseen = checks.filter(({ state }) => state === 'not checked')
    expect(unseen.length).toBeGreaterThan(10)
    for (const check of unseen) {
      expect(`${check.detail} | ${check.remedy}`).toMatch(expected)
      expect(check.ending).toBe(ending)
    }
  })

  it('with an invalid token or a missing repository nothing else is checked', async context => {
    const started = await server(context, { '': { status: 401, body: { message: 'Bad credentials' } } })
    expect(trouble(await examine(started))).toEqual({
      github: expect.stringMatching(/^failed: .*401: Bad credentials \| Set GITHUB_TOKEN/),
      'github set-up': expect.stringContaining('not checked: the check "github"'),
    })
    started.answers.delete('')
    expect(trouble(await examine(started)).github).toMatch(/^not checked: .*404.*\| Grant Metadata: read/)
    await started.close()
    expect(trouble(await examine(started)).github).toMatch(
      /^not checked: .*nothing usable came back: fetch failed/,
    )
  })

  it.each([301, 307, 308])('a repository that has moved (%i) is not followed', async status => {
    const cleaners: (() => Promise<void>)[] = []
    const elsewhere = { status, headers: { location: '/repositories/4711' }, body: { message: 'Moved' } }
    const started = await server({ onTestFinished: clean => cleaners.push(clean) }, { '': elsewhere })
    const { github } = trouble(await examine(started))
    for (const clean of cleaners) await clean()
    expect(github).toMatch(
      /^failed: .*the repository has moved \(GitHub says \d+: Moved\) \| Correct .*origin and github\.repository/,
    )
    expect(started.requests.map(({ line }) => line)).toEqual(['GET /repos/acme/parcels'])
  })

  it('what one kind of protection guarantees passes, even if the other is invisible', async context => {
    const started = await server(context, { '/branches/main/protection': denied })
    expect(trouble(await examine(started))).toEqual({})
    started.answers.set('/rules/branches/main', denied)
    started.answers.set('/branches/main/protection', olderProtection({ require_code_owner_reviews: true }))
    expect(trouble(await examine(started))).toEqual({})
  })
})

it.each<[string, string | undefined, Record<string, string>, string | RegExp]>([
  ['github.com', 'https://github.com/acme/parcels', { GH_TOKEN: 't' }, 'https://api.github.com'],
  ['a folder', undefined, { GITHUB_TOKEN: 't' }, 'https://api.github.com'],
  [
    'a server of their own',
    'https://git.acme.com/acme/parcels',
    { GH_TOKEN: 't', GITHUB_API_URL: 'https://git.acme.com/api/v3/' },
    'https://git.acme.com/api/v3',
  ],
  ['an unknown host', 'https://gitlab.com/acme/parcels', { GH_TOKEN: 't' }, /origin is at gitlab.com/],
  ['a path of three', 'https://github.com/acme/parcels/x', { GH_TOKEN: 't' }, /not on GitHub/],
  ['no token', 'https://github.com/acme/parcels', { GH_TOKEN: '' }, /no token/],
])('a remote at %s: the token goes to GitHub, or nowhere', (_, address, env, expected) => {
  const place = findGithub(address, environments, env, 1000)
  if ('value' in place) expect(place.value.connection.api).toBe(expected)
  else expect(place.error.message).toMatch(expected)
})
