import { expect, it } from 'vitest'
import { refuseTakeover } from '../../scripts/access/owner.ts'
import { artifactRoles } from '../../scripts/access/roles.ts'
import { printPolicy } from '../../scripts/aws/statements.ts'
import { environments } from '../cdktf/catalogue.ts'
import { userError } from '../scripts/samples.ts'

const source = { name: 'the state s3://b/access.tfstate', remedy: 'Restore it.' }
const ids = { repositoryId: '4711', ownerId: '12' }
const command = 'make bootstrap'

/** A state as Terraform writes it after a repository's bootstrap. */
function stateOf(github: { repository: string; repositoryId?: string; ownerId?: string }): string {
  const own = environments(json => Object.assign(json, { github }))
  const resources = artifactRoles(own, {}).map(({ name, trust }) => ({
    mode: 'managed',
    type: 'aws_iam_role',
    name,
    instances: [{ attributes: { name, assume_role_policy: printPolicy(trust) } }],
  }))
  return JSON.stringify({ version: 4, resources: [{ type: 'aws_iam_policy', name: 'x' }, ...resources] })
}

it.each([
  ['its own name', { repository: 'acme/parcels' }, { repository: 'acme/parcels' }],
  ['its own name in another case', { repository: 'Acme/Parcels' }, { repository: 'acme/parcels' }],
  ['its old name, and its id', { repository: 'acme/old', ...ids }, { repository: 'acme/parcels', ...ids }],
  ['its own name, before it had ids', { repository: 'acme/parcels' }, { repository: 'acme/parcels', ...ids }],
])('a repository keeps the roles with %s', (_, before, now) => {
  expect(() => refuseTakeover(stateOf(before), source, now, { allowed: [], command })).not.toThrow()
})

it.each([
  ['another name', { repository: 'acme/parcels' }, { repository: 'acme/letters' }],
  [
    'another id',
    { repository: 'acme/parcels', ...ids },
    { repository: 'acme/parcels', ...ids, repositoryId: '9' },
  ],
  ['a name that begins alike', { repository: 'acme/parcels' }, { repository: 'acme/parcels-2' }],
])('a repository with %s does not get them', (_, before, now) => {
  const error = userError(() => refuseTakeover(stateOf(before), source, now, { allowed: [], command }))
  expect(error).toMatchObject({ code: 'access-other-repository', ending: 'refused' })
  expect(error.cause).toContain('acme/parcels')
  expect(error.remedy).toContain('"prefix": "waybill-<name>"')
  const [, addresses = ''] = /ALLOW_REPLACE=(\S+)$/.exec(error.remedy ?? '') ?? []
  const allowed = addresses.split(',')
  expect(allowed).toEqual([
    'aws_iam_role.waybill-build',
    'aws_iam_role.waybill-release',
    'aws_iam_role.waybill-read',
  ])
  expect(() => refuseTakeover(stateOf(before), source, now, { allowed, command })).not.toThrow()
})

it('an empty state belongs to nobody, and one that is not JSON says so', () => {
  const github = { repository: 'acme/parcels' }
  expect(() => refuseTakeover('{"version":4}', source, github, { allowed: [], command })).not.toThrow()
  const error = userError(() => refuseTakeover('x', source, github, { allowed: [], command }))
  expect(error.message).toContain('s3://b/access.tfstate is not JSON')
})
