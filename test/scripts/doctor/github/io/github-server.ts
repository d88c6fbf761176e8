import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** The answer to a path: a document, a text, or a status with GitHub's message. */
export type GithubAnswer = {
  readonly status?: number
  readonly body?: unknown
  readonly text?: string
  readonly headers?: Record<string, string>
  /** Never answers. */
  readonly silent?: boolean
}

/** A stand-in for api.github.com with one repository; it has no rules of its own. */
export type GithubServer = {
  readonly url: string
  /** By path below the repository, without the query; any other path is 404. */
  readonly answers: Map<string, GithubAnswer>
  /** Method, path with query, and token of each request. */
  readonly requests: { readonly line: string; readonly token: string | undefined }[]
  close(): Promise<void>
}

const base = '/repos/acme/parcels'
const reviewed = { type: 'required_reviewers', reviewers: [{ type: 'Team' }], prevent_self_review: true }
const custom = { protected_branches: false, custom_branch_policies: true }
const tagRuleset = (id: number, types: string[], bypass_actors: object[] = []) => ({
  id,
  name: `tags ${id}`,
  target: 'tag',
  enforcement: 'active',
  bypass_actors,
  conditions: { ref_name: { include: ['refs/tags/*-v*'], exclude: [] } },
  rules: types.map(type => ({ type })),
})

/** A repository that is set up as in docs/access.md. */
function goodRepository(): [path: string, GithubAnswer][] {
  const releasers = [{ actor_type: 'Team', bypass_mode: 'always' }]
  const rulesets = [tagRuleset(1, ['update', 'deletion']), tagRuleset(2, ['creation'], releasers)]
  const reviews = { required_approving_review_count: 1, require_code_owner_review: true }
  const kept = [
    { type: 'deletion' },
    { type: 'non_fast_forward' },
    { type: 'pull_request', parameters: reviews },
  ]
  const documents: Record<string, unknown> = {
    '': { id: 4711, full_name: 'acme/parcels', private: true, owner: { id: 12, type: 'Organization' } },
    '/rulesets': rulesets.map(({ id, name, target, enforcement }) => ({ id, name, target, enforcement })),
    '/rulesets/1': rulesets[0],
    '/rulesets/2': rulesets[1],
    '/rules/branches/main': kept,
    // GitHub answers for any branch with that name, existing or not.
    '/rules/branches/hotfix%2Fx': [...kept, { type: 'creation' }],
    '/environments': {
      total_count: 3,
      environments: [
        { name: 'staging', protection_rules: [], deployment_branch_policy: custom },
        { name: 'prod', protection_rules: [{ type: 'branch_policy' }], deployment_branch_policy: custom },
        { name: 'prod-approval', protection_rules: [reviewed], deployment_branch_policy: custom },
      ],
    },
    '/environments/staging/deployment-branch-policies': {
      branch_policies: [
        { name: 'main', type: 'branch' },
        { name: '*-v*', type: 'tag' },
      ],
    },
    '/environments/prod/deployment-branch-policies': { branch_policies: [{ name: 'main', type: 'branch' }] },
    '/environments/prod-approval/deployment-branch-policies': {
      branch_policies: [{ name: 'main', type: 'branch' }],
    },
    '/actions/secrets': { total_count: 1, secrets: [{ name: 'WAYBILL_PIN_APP_KEY' }] },
    '/actions/organization-secrets': { total_count: 0, secrets: [] },
    '/environments/staging/secrets': { total_count: 0, secrets: [] },
    '/environments/prod/secrets': { total_count: 0, secrets: [] },
    '/codeowners/errors': { errors: [] },
    '/actions/permissions/workflow': {
      default_workflow_permissions: 'read',
      can_approve_pull_request_reviews: false,
    },
    '/actions/oidc/customization/sub': { use_default: true },
  }
  const owners = '* @acme/all\n/cdktf/ @acme/platform\n/cdktf/pins/prod/ @acme/releasers # who else\n'
  return [
    ...Object.entries(documents).map(([path, body]): [string, GithubAnswer] => [path, { body }]),
    ['/contents/.github/CODEOWNERS', { text: owners }],
  ]
}

/** Starts the server on a free loopback port, with a repository that passes every check. */
export async function startGithub(): Promise<GithubServer> {
  const answers = new Map(goodRepository())
  const requests: { line: string; token: string | undefined }[] = []
  const server = createServer((request, answer) => {
    const { url = '', method = '', headers } = request
    requests.push({ line: `${method} ${url}`, token: headers.authorization })
    const path = new URL(url, 'http://github').pathname
    const known = path.startsWith(base) ? answers.get(path.slice(base.length)) : undefined
    if (known?.silent) return
    const { status = known === undefined ? 404 : 200, headers: more = {} } = known ?? {}
    const body = known?.text ?? JSON.stringify(known?.body ?? { message: 'Not Found' })
    answer.writeHead(status, { 'content-type': 'application/json', ...more }).end(body)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answers,
    requests,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
