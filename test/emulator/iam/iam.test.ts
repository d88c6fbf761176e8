import {
  AttachRolePolicyCommand,
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  DeleteOpenIDConnectProviderCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetOpenIDConnectProviderCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListInstanceProfilesForRoleCommand,
  ListOpenIDConnectProvidersCommand,
  ListRolePoliciesCommand,
  ListRoleTagsCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from '@aws-sdk/client-iam'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { clientsFor, refusal } from '../clients.ts'
import type { Emulator } from '../emulator.ts'
import { startEmulator } from '../emulator.ts'

const absent = { name: 'NoSuchEntityException', status: 404 }
const policy = (Action: string) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] })
const trust = (Action: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action, Principal: { Service: 'lambda.amazonaws.com' } }],
  })
let RoleName: string
let count = 0
let emulator: Emulator
let iam: ReturnType<typeof clientsFor>['iam']

beforeAll(async () => {
  emulator = await startEmulator()
  iam = clientsFor(emulator).iam
})
beforeEach(() => {
  count += 1
  RoleName = `role-${count}`
})
afterAll(() => emulator.close())

const create = (client = iam) =>
  client.send(
    new CreateRoleCommand({
      RoleName,
      Path: '/deploy/',
      Description: 'Deploys & rolls back',
      AssumeRolePolicyDocument: trust('sts:AssumeRole'),
      Tags: [
        { Key: 'team', Value: 'a' },
        { Key: 'left', Value: 'b' },
      ],
    }),
  )
const get = (client = iam) => client.send(new GetRoleCommand({ RoleName }))

describe('a role', () => {
  it('is made once for each account', async () => {
    const { Role } = await create()
    expect(Role?.Arn).toBe(`arn:aws:iam::111111111111:role/deploy/${RoleName}`)
    expect(await refusal(create())).toEqual({ name: 'EntityAlreadyExistsException', status: 409 })
    const other = clientsFor(emulator, { env: emulator.credentials({ account: '222222222222' }) }).iam
    expect(await refusal(get(other))).toEqual(absent)
    expect((await create(other)).Role?.Arn).toContain('222222222222')
  })

  it('keeps its trust policy, percent-encoded as IAM returns it', async () => {
    await create()
    const PolicyDocument = trust('sts:AssumeRoleWithWebIdentity')
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }))
    await iam.send(new UpdateRoleCommand({ RoleName, MaxSessionDuration: 7200 }))
    const { Role } = await get()
    expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toBe(PolicyDocument)
    expect(Role).toMatchObject({ MaxSessionDuration: 7200, Description: 'Deploys & rolls back' })
    const broken = iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: '{' }))
    expect((await refusal(broken)).name).toBe('MalformedPolicyDocumentException')
  })

  it('has inline and attached policies, and is not deleted while it has', async () => {
    await create()
    const PolicyName = 'inline'
    const PolicyArn = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: policy('s3:*') }))
    await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }))
    const inline = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }))
    expect(decodeURIComponent(inline.PolicyDocument ?? '')).toBe(policy('s3:*'))
    expect((await iam.send(new ListRolePoliciesCommand({ RoleName }))).PolicyNames).toEqual([PolicyName])
    const { AttachedPolicies } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }))
    expect(AttachedPolicies).toEqual([{ PolicyName: 'ReadOnlyAccess', PolicyArn }])
    const remove = () => iam.send(new DeleteRoleCommand({ RoleName }))
    const conflict = { name: 'DeleteConflictException', status: 409 }
    expect(await refusal(remove())).toEqual(conflict)
    await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }))
    expect(await refusal(remove())).toEqual(conflict)
    await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }))
    await remove()
    expect(await refusal(get())).toEqual(absent)
  })

  it('says so when a policy is not there', async () => {
    await create()
    const PolicyName = 'absent'
    const PolicyArn = 'arn:aws:iam::aws:policy/Absent'
    expect(await refusal(iam.send(new GetRolePolicyCommand({ RoleName, PolicyName })))).toEqual(absent)
    expect(await refusal(iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName })))).toEqual(absent)
    expect(await refusal(iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn })))).toEqual(absent)
  })

  it('keeps tags, and has no instance profiles', async () => {
    await create()
    await iam.send(new TagRoleCommand({ RoleName, Tags: [{ Key: 'team', Value: 'c' }] }))
    await iam.send(new UntagRoleCommand({ RoleName, TagKeys: ['left'] }))
    const { Tags } = await iam.send(new ListRoleTagsCommand({ RoleName }))
    expect(Tags).toEqual([{ Key: 'team', Value: 'c' }])
    const profiles = await iam.send(new ListInstanceProfilesForRoleCommand({ RoleName }))
    expect(profiles.InstanceProfiles).toEqual([])
  })
})

it('has one OpenID Connect provider for each URL', async () => {
  const input = {
    Url: 'https://token.actions.githubusercontent.com',
    ClientIDList: ['sts.amazonaws.com'],
    ThumbprintList: ['f'.repeat(40)],
  }
  const make = () => iam.send(new CreateOpenIDConnectProviderCommand(input))
  const { OpenIDConnectProviderArn } = await make()
  expect(OpenIDConnectProviderArn).toBe(
    'arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com',
  )
  expect((await refusal(make())).name).toBe('EntityAlreadyExistsException')
  const get = () => iam.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn }))
  expect(await get()).toMatchObject({ ...input, Url: 'token.actions.githubusercontent.com' })
  const { OpenIDConnectProviderList } = await iam.send(new ListOpenIDConnectProvidersCommand({}))
  expect(OpenIDConnectProviderList).toEqual([{ Arn: OpenIDConnectProviderArn }])
  await iam.send(new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn }))
  expect(await refusal(get())).toEqual(absent)
})

it('logs a role by its name', async () => {
  emulator.clearRequests()
  await create()
  await get()
  expect(
    emulator.requests().map(request => [request.service, request.operation, request.resource, request.write]),
  ).toEqual([
    ['iam', 'CreateRole', RoleName, true],
    ['iam', 'GetRole', RoleName, false],
  ])
})
