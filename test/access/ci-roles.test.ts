import { describe, expect, it } from 'vitest'
import { boundaryArn } from '../../scripts/access/boundary.ts'
import { ledgerBucket } from '../../scripts/access/ledger-bucket.ts'
import { roleNamesOf } from '../../scripts/access/role-names.ts'
import { artifactRoles, environmentRoles } from '../../scripts/access/roles.ts'
import type { Environment } from '../../scripts/catalogue/environments.ts'
import { actionsOf } from '../emulator/iam/actions.ts'
import { evaluatePolicy } from '../emulator/iam/ask-policy.ts'
import { allows, type PolicyStatement } from './evaluate.ts'
import { environments, services } from './recorded-calls.ts'

/* What the roles of CI may do to what they share, asked for every action of AWS. */

const roleNames = roleNamesOf(environments)
const roles = [
  ...artifactRoles(environments, services),
  ...environmentRoles(environments, 'staging', services),
]
const policyOf = (name: string): PolicyStatement[] =>
  roles.filter(role => role.name === name).flatMap(({ scripts, terraform }) => [...scripts, ...terraform])

const staging = environments.environments.staging as Environment
// What a deploy has to say of the roles that it creates.
const context = {
  'iam:PermissionsBoundary': boundaryArn({ ...environments, name: 'staging', environment: staging }),
  'iam:PassedToService': 'lambda.amazonaws.com',
}

const actionsIn = (service: string) => (actionsOf(`${service}:*`) ?? []).map(action => `${service}:${action}`)

function allowedOn(statements: readonly PolicyStatement[], service: string, resource: string): string[] {
  return actionsIn(service)
    .filter(action => allows(statements, { action, resource, context }))
    .toSorted()
}

const object = (key: string) => `arn:aws:s3:::${environments.artifacts.bucket}/${key}`
const put = ['s3:GetObject', 's3:PutObject', 's3:PutObjectTagging']
const version = ['s3:GetObject', 's3:GetObjectVersion', 's3:GetObjectVersionTagging']

describe('the objects of the artifact bucket', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    [roleNames.build, put, []],
    [roleNames.release, version, put],
    [roleNames.read, ['s3:GetObject'], ['s3:GetObject']],
    [roleNames.deploy('staging'), [], ['s3:GetObject']],
    [roleNames.readIn('staging'), [], ['s3:GetObject']],
  ])('%s may do to builds %j, to releases %j, and to others nothing', (name, ofBuilds, ofReleases) => {
    const policy = policyOf(name)
    expect(allowedOn(policy, 's3', object('builds/service-b-x.zip'))).toEqual(ofBuilds)
    expect(allowedOn(policy, 's3', object('releases/service-b-v1.0.0.json'))).toEqual(ofReleases)
    for (const key of ['buildsx', 'x/builds/y', 'else'])
      expect(allowedOn(policy, 's3', object(key))).toEqual([])
    const allowed = allowedOn(policy, 's3', object('').slice(0, -1))
    expect(allowed.filter(action => !/^s3:(Get|List)/.test(action))).toEqual([])
  })
})

describe('the entries of ledgers', () => {
  const reading = ['s3:GetObject']
  const entry = (name: string) => {
    const place = environments.environments[name] as Environment
    return {
      place,
      bucket: `arn:aws:s3:::${place.ledger.bucket}`,
      key: `ledger/${name}/service-b/9999999998.json`,
    }
  }

  it.each<[string, readonly string[], readonly string[]]>([
    [roleNames.build, [], []],
    [roleNames.release, reading, reading],
    [roleNames.read, reading, reading],
    [roleNames.deploy('staging'), ['s3:GetObject', 's3:PutObject'], []],
    [roleNames.readIn('staging'), reading, []],
  ])('%s may do to those of its environment %j, to those of others %j', (name, ofStaging, ofProd) => {
    const policy = policyOf(name)
    for (const [one, allowed] of [
      ['staging', ofStaging],
      ['prod', ofProd],
    ] as const) {
      const { bucket, key } = entry(one)
      expect(allowedOn(policy, 's3', `${bucket}/${key}`)).toEqual(allowed)
      expect(allowedOn(policy, 's3', `${bucket}/else`)).toEqual([])
      const onBucket = allowedOn(policy, 's3', bucket)
      // Doctor looks at what bootstrap has set.
      expect(onBucket.filter(action => !/^s3:Get(Bucket|Encryption)/.test(action))).toEqual(
        allowed.length > 0 ? ['s3:ListBucket'] : [],
      )
      expect(onBucket.length > 1).toBe(name === roleNames.readIn(one))
    }
  })

  it('of a reader are not written, and what it announces is only what its environment has', () => {
    const policy = policyOf(roleNames.readIn('staging'))
    const { place, bucket } = entry('staging')
    const marker = (name: string) => `${bucket}/notices/${name}/service-b/7/topic.json`
    expect(allowedOn(policy, 's3', marker('staging'))).toEqual(['s3:GetObject', 's3:PutObject'])
    expect(allowedOn(policy, 's3', marker('prod'))).toEqual([])
    const { topic = '', webhook = '' } = place.notices ?? {}
    const may = (action: string, resource: string) => allows(policy, { action, resource, context })
    expect([may('sns:Publish', topic), may('sns:Publish', `${topic}-other`)]).toEqual([true, false])
    const read = 'secretsmanager:GetSecretValue'
    expect([may(read, webhook), may(read, `${webhook}-other`)]).toEqual([true, false])
    for (const action of ['sns:DeleteTopic', 'sns:SetTopicAttributes', 'secretsmanager:PutSecretValue'])
      expect(may(action, action.startsWith('sns') ? topic : webhook)).toBe(false)
  })

  // The bucket's own policy holds for a role that may do everything, too.
  it.each([...roles.map(({ name }) => name), 'administrator'])(
    'are neither replaced nor deleted by %s',
    name => {
      for (const one of ['staging', 'prod']) {
        const { place, bucket, key } = entry(one)
        const creator = `arn:aws:iam::${place.account}:role/creator`
        const policy = ledgerBucket(environments, place, creator).policy(undefined)
        const principalArn = `arn:aws:iam::${place.account}:role/${name}`
        const asker = { account: place.account, arn: principalArn, principalArn }
        const changing = (resource: string) =>
          actionsIn('s3')
            .filter(action => evaluatePolicy(policy, asker, action, resource) !== 'deny')
            .filter(action => !/^s3:(Get|List)/.test(action))
        expect(changing(`${bucket}/${key}`)).toEqual([])
        // Which is about objects only.
        expect(changing(bucket)).toEqual(['s3:PutObject'])
      }
    },
  )
})

it.each(roles.map(({ name }) => name))('%s deletes no image and changes no repository', name => {
  const { account, region } = environments.artifacts
  const repository = (one: string) => `arn:aws:ecr:${region}:${account}:repository/${one}`
  const allowed = allowedOn(policyOf(name), 'ecr', repository('service-a-image'))
  const writes = allowed.filter(action => !/^ecr:(BatchCheck|BatchGet|Describe|Get|List)/.test(action))
  const layers = ['ecr:CompleteLayerUpload', 'ecr:InitiateLayerUpload', 'ecr:PutImage', 'ecr:UploadLayerPart']
  const expected: Readonly<Record<string, readonly string[]>> = {
    [roleNames.build]: layers,
    [roleNames.release]: ['ecr:PutImage'],
  }
  expect(writes).toEqual(expected[name] ?? [])
  // Neither can be limited to some repositories.
  const others: Readonly<Record<string, readonly string[]>> = {
    [roleNames.build]: ['ecr:GetAuthorizationToken'],
    [roleNames.read]: ['ecr:DescribeRepositories'],
  }
  const other = allowedOn(policyOf(name), 'ecr', repository('team/other'))
  expect(other).toEqual(others[name] ?? [])
})

describe('Waybill itself', () => {
  const iam = (resource: string) => `arn:aws:iam::${staging.account}:${resource}`
  const own = [
    ...Object.values(roleNames).map(name => iam(`role/${typeof name === 'string' ? name : name('staging')}`)),
    iam('policy/waybill-boundary-staging'),
    iam('oidc-provider/token.actions.githubusercontent.com'),
  ]

  it.each(roles.map(({ name }) => name))(
    '%s changes no role of CI, no boundary, no identity provider',
    name => {
      for (const resource of own) {
        const allowed = allowedOn(policyOf(name), 'iam', resource)
        expect([resource, allowed.filter(action => !/^iam:(Get|List)/.test(action))]).toEqual([resource, []])
      }
    },
  )

  it('only a denial keeps the deploy role from them: their names are those of services too', () => {
    const policy = policyOf(roleNames.deploy('staging'))
    const denials = policy.filter(({ Effect }) => Effect === 'Deny')
    expect(denials).toHaveLength(1)
    const without = policy.filter(({ Effect }) => Effect !== 'Deny')
    const role = iam(`role/${roleNames.deploy('staging')}`)
    expect(allowedOn(without, 'iam', role)).toEqual(
      expect.arrayContaining(['iam:PutRolePolicy', 'iam:DeleteRole']),
    )
    expect(allowedOn(policy, 'iam', iam('role/service-b-staging'))).toContain('iam:PutRolePolicy')
  })
})
