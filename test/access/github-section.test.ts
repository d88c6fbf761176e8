import { expect, it } from 'vitest'
import { repositoryArns } from '../../scripts/access/artifacts.ts'
import { createsProvider } from '../../scripts/access/roles.ts'
import { workflowBranch } from '../../scripts/access/trust.ts'
import { parseEnvironments } from '../../scripts/catalogue/environments.ts'
import { accessStack } from '../../scripts/stack/names.ts'
import { config, userError } from '../scripts/samples.ts'

const place = { account: '111111111111', region: 'eu-central-1' }
const parse = (github: unknown, releaseBranches = ['main']) =>
  parseEnvironments(
    JSON.stringify({
      releaseBranches,
      artifacts: { ...place, bucket: 'acme-artifacts' },
      github,
      environments: { staging: place, prod: { ...place, account: '222222222222' } },
    }),
    { name: 'cdktf/environments.json', remedy: 'Correct it.' },
  )
const repository = 'acme/parcels'

it.each([
  { repository },
  { repository: 'Acme-Inc/par.cels_2', repositoryId: '4711', ownerId: '12' },
  { repository, workflows: 'trunk', providerIn: ['111111111111'] },
])('%j is accepted as it is', github => {
  expect(parse(github).github).toEqual(github)
})

const name = 'github.repository: must be <owner>/<name>'
// A name must not contain what IAM reads as a pattern, or what separates the parts of a token's subject.
it.each<[unknown, string]>([
  [{}, 'github.repository: is missing'],
  ...[
    'acme',
    'acme/*',
    'acme/par?els',
    '*/parcels',
    'acme/parcels/x',
    'acme/par:cels',
    'acme/a b',
    'acme@1/a',
    '',
  ]
    .concat(['https://github.com/acme/parcels', 'acme/parcels\n', '-acme/parcels', '$' + '{aws:username}/x'])
    .map((text): [unknown, string] => [{ repository: text }, name]),
  [{ repository, repositoryId: '4711' }, 'repositoryId and ownerId go together'],
  [{ repository, ownerId: '4711' }, 'repositoryId and ownerId go together'],
  [{ repository, repositoryId: '47*', ownerId: '1' }, 'github.repositoryId: must be a number'],
  [{ repository, workflows: 'hotfix/*' }, 'github.workflows: must be a branch, not a pattern'],
  [{ repository, providerIn: ['1'] }, 'github.providerIn.0: must be an AWS account id'],
])('%j is refused', (github, fault) => {
  expect(userError(() => parse(github)).cause ?? userError(() => parse(github)).message).toContain(fault)
})

it('roles trust the reusable workflows of the first release branch, unless github.workflows names another', () => {
  expect(workflowBranch(parse({ repository }, ['trunk', 'hotfix/*']))).toBe('trunk')
  expect(workflowBranch(parse({ repository, workflows: 'stable' }))).toBe('stable')
})

it('the first stack in an account creates the identity provider', () => {
  const created = (github: unknown) =>
    [undefined, 'staging', 'prod'].map(one => createsProvider(parse(github), one))
  expect(created({ repository })).toEqual([true, false, true])
  expect(created({ repository, providerIn: ['222222222222'] })).toEqual([true, false, false])
})

it('each stack of roles has its own state', () => {
  expect(accessStack()).toEqual({ stack: 'access', stateKey: 'access.tfstate' })
  expect(accessStack('prod')).toEqual({ stack: 'access-prod', stateKey: 'access/prod.tfstate' })
})

it('repositories are named one by one, or by pattern if there are too many for a policy', () => {
  const { artifacts } = parse({ repository })
  const services = (count: number) =>
    Object.fromEntries([
      ...Array.from({ length: count }, (_, index) => [`s${index}`, config('ecs-service')]),
      ['old', config('lambda-image', { repository: 'team/old' })],
      ['zip', config('lambda-zip')],
    ])
  const arn = (one: string) => `arn:aws:ecr:eu-central-1:111111111111:repository/${one}`
  expect(repositoryArns(artifacts, services(2))).toEqual(['s0-image', 's1-image', 'team/old'].map(arn))
  expect(repositoryArns(artifacts, services(100))).toEqual(['*-image', 'team/old'].map(arn))
})
