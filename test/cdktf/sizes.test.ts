import { describe, expect, it } from 'vitest'
import { artifactRoles } from '../../scripts/access/roles.ts'
import type { Environments } from '../../scripts/catalogue/environments.ts'
import { allows } from '../access/evaluate.ts'
import { userError } from '../scripts/samples.ts'
import { environments, pinned, services } from './catalogue.ts'
import { type Stack, synthesized } from './synthesized.ts'

// IAM user guide, "IAM and STS quotas"; Amazon ECR and S3 user guides. White space does not count.
const most = { inline: 10_240, managed: 6144, attached: 10, trust: 2048, repository: 10_240, bucket: 20_480 }
const size = (text: unknown) => Buffer.byteLength(String(text).replace(/\s/g, ''))

const accounts = Array.from({ length: 60 }, (_, index) => String(200_000_000_000 + index))

/** 60 accounts with an environment each, six release branches, and a repository with ids. */
function large(): Environments {
  return environments(json => {
    const [place] = Object.values(json.environments)
    const all = accounts.map((account, index) => {
      const listener = `arn:aws:elasticloadbalancing:eu-central-1:${account}:listener/app/public/2222222222222222/222222222222222a`
      return [`region-${index}`, { ...place, account, listener }]
    })
    json.environments = Object.fromEntries(all)
    const github = {
      repository: 'acme-logistics/parcel-platform',
      repositoryId: '471147114',
      ownerId: '12121212',
    }
    const releaseBranches = ['main', 'hotfix/*', 'release/1.x', 'release/2.x', 'release/3.x', 'maintenance/*']
    Object.assign(json, { github, releaseBranches })
  })
}

const names = Array.from({ length: 100 }, (_, index) => `parcel-service-${index}`)
const kindsInTurn = ['ecs-service', 'lambda-image', 'lambda-zip']
const hundred = services(
  Object.fromEntries(
    names.map((name, index) => {
      const kind = kindsInTurn[index % 3] as string
      const repository = kind === 'lambda-zip' ? {} : { repository: `acme/logistics/platform/${name}` }
      const route = { priority: index + 1, paths: [`/${name}/*`] }
      return [name, { kind, ...repository, ...(kind === 'ecs-service' ? { settings: { route } } : {}) }]
    }),
  ),
)

type Resources = Stack['resource']

function ofRole(all: Resources[string] | undefined, name: string) {
  return Object.values(all ?? {}).filter(({ role }) => role === `\${aws_iam_role.${name}.name}`)
}

describe('100 services with their own repositories, six release branches and 60 accounts', () => {
  const places = large()
  const few = Object.keys(places.environments).slice(0, 5)
  const stacks = synthesized({
    ...pinned(hundred, places),
    stacks: [],
    access: { artifacts: true, environments: few },
  })

  it('have policies that AWS takes', () => {
    expect(Object.keys(stacks)).toHaveLength(7)
    for (const { resource } of Object.values(stacks)) {
      for (const [name, role] of Object.entries(resource.aws_iam_role ?? {})) {
        const inline = ofRole(resource.aws_iam_role_policy, name)
        const attached = ofRole(resource.aws_iam_role_policy_attachment, name)
        expect(inline.length + attached.length).toBeGreaterThan(0)
        expect(inline.reduce((sum, { policy }) => sum + size(policy), 0)).toBeLessThanOrEqual(most.inline)
        expect(attached.length).toBeLessThanOrEqual(most.attached)
        expect(size(role.assume_role_policy)).toBeLessThanOrEqual(most.trust)
      }
      const policies = (type: string) => Object.values(resource[type] ?? {}).map(({ policy }) => size(policy))
      expect(Math.max(0, ...policies('aws_iam_policy'))).toBeLessThanOrEqual(most.managed)
      expect(Math.max(0, ...policies('aws_ecr_repository_policy'))).toBeLessThanOrEqual(most.repository)
      expect(Math.max(0, ...policies('aws_s3_bucket_policy'))).toBeLessThanOrEqual(most.bucket)
    }
  })

  it('leave no repository out of any role', () => {
    const { resource } = stacks['access-region-0'] as Stack
    const attached = Object.entries(resource.aws_iam_policy ?? {})
      .filter(([name]) => name.startsWith('waybill-deploy-'))
      .map(([, { policy }]) => String(policy))
      .join('')
    const repositories = names.filter((_, index) => index % 3 < 2)
    for (const action of ['"ReadImages', '"ReadCode']) expect(attached).toContain(action)
    for (const name of repositories)
      expect(attached.split(`repository/acme/logistics/platform/${name}"`)).toHaveLength(3)
  })
})

it('where a trust policy has no room to name the file of each branch, the subject still names the branch', () => {
  const [build] = artifactRoles(large(), hundred)
  const claims = (branch: string, from = branch) => ({
    'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
    'token.actions.githubusercontent.com:repository_id': '471147114',
    'token.actions.githubusercontent.com:sub': `repo:acme-logistics/parcel-platform:ref:refs/heads/${branch}`,
    'token.actions.githubusercontent.com:job_workflow_ref': `acme-logistics/parcel-platform/.github/workflows/build.yml@refs/heads/${from}`,
  })
  const may = (context: Record<string, string>) =>
    allows(build?.trust ?? [], { action: 'sts:AssumeRoleWithWebIdentity', context })
  for (const branch of ['main', 'hotfix/1', 'release/2.x']) expect(may(claims(branch))).toBe(true)
  for (const branch of ['topic', 'hotfix/1/2', 'release/4.x']) expect(may(claims(branch))).toBe(false)
})

const one = environments()

it('a service whose rights are too long is refused before Terraform starts', () => {
  const resources = Array.from(
    { length: 300 },
    (_, index) => `arn:aws:sqs:eu-central-1:222222222222:parcels-${index}`,
  )
  const settings = { permissions: [{ actions: ['sqs:SendMessage'], resources }] }
  const error = userError(() => synthesized(pinned(services({ x: { kind: 'lambda-zip', settings } }), one)))
  expect(error).toMatchObject({ code: 'policy-too-large', ending: 'badInput' })
  expect(error.message).toContain('the inline policies of the role role in the stack x-staging is too large')
  expect(error.message).toMatch(/its size is \d+, and AWS allows 10240/)
  expect(error.remedy).toContain('permissions and secrets of the service')
})

it('a trust policy that is too long is refused, unless AWS has raised the quota', () => {
  const branches = Array.from({ length: 30 }, (_, index) => `release/version-${index}`)
  const places = (more: object) =>
    environments(json =>
      Object.assign(json, { github: { repository: 'acme/parcels' }, releaseBranches: branches, ...more }),
    )
  const access = { artifacts: true, environments: [] }
  const input = (more: object) => ({ ...pinned(services({}), places(more)), access })
  expect(userError(() => synthesized(input({}))).message).toContain(
    'the trust policy of the role waybill-build',
  )
  expect(() => synthesized(input({ quotas: { trustPolicyCharacters: 8192 } }))).not.toThrow()
})

it.each([
  ['rules', { type: 'rolling' }, 101, 'rulesPerBalancer'],
  ['target groups', { type: 'canary' }, 51, 'the strategy rolling'],
])('more %s than a load balancer has are refused', (what, strategy, count, remedy) => {
  const routed = (number: number) =>
    services(
      Object.fromEntries(
        Array.from({ length: number }, (_, index) => {
          const route = { priority: index + 1, paths: ['/x'] }
          return [`x${index}`, { kind: 'ecs-service', settings: { route, strategy } }]
        }),
      ),
    )
  const input = (number: number) => ({ ...pinned(routed(number), one), stacks: [] })
  expect(() => synthesized(input(count - 1))).not.toThrow()
  const error = userError(() => synthesized(input(count)))
  expect(error.message).toContain(
    `there are too many ${what} behind the load balancer app/public/2222222222222222 of 222222222222`,
  )
  expect(error.remedy).toContain(remedy)
})

it('more roles than an account has are refused, unless AWS has raised the quota', () => {
  const all = services(
    Object.fromEntries(Array.from({ length: 501 }, (_, index) => [`x${index}`, { kind: 'ecs-service' }])),
  )
  const input = (places: Environments) => ({ ...pinned(all, places), stacks: [] })
  const error = userError(() => synthesized(input(one)))
  expect(error.message).toContain('there are too many roles in the account 222222222222')
  expect(error.message).toContain('the services need 1002, and AWS allows 1000')
  const raised = environments(json => Object.assign(json, { quotas: { rolesPerAccount: 2000 } }))
  expect(() => synthesized(input(raised))).not.toThrow()
})
