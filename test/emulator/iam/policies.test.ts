import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  DetachRolePolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  ListPolicyVersionsCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { clientsFor, refusal } from '../clients.ts'
import type { Emulator } from '../emulator.ts'
import { startEmulator } from '../emulator.ts'

const statement = { Effect: 'Allow', Action: ['s3:Get*'], Resource: 'arn:aws:s3:::bucket/*' }
const trusting = {
  Effect: 'Allow',
  Action: 'sts:AssumeRole',
  Principal: { Service: 'lambda.amazonaws.com' },
}
const print = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement })
/** A policy of so many characters, between which there is white space that does not count. */
const ofSize = (size: number, part: object = statement) => {
  const [text, filler] = [print(part), ',"Id":""']
  const padded = `${text.slice(0, -1)}${filler.slice(0, -1)}${'i'.repeat(size - text.length - filler.length)}"}`
  return padded.replaceAll(',', ',\n\t   ')
}
const tooLarge = { name: 'LimitExceededException', status: 409 }
let RoleName: string
let count = 0
let emulator: Emulator
let iam: ReturnType<typeof clientsFor>['iam']

beforeAll(async () => {
  emulator = await startEmulator()
  iam = clientsFor(emulator).iam
})
afterAll(() => emulator.close())
beforeEach(async () => {
  count += 1
  RoleName = `role-${count}`
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: print(trusting) }))
})

const put = (PolicyDocument: string, PolicyName = 'inline') =>
  iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }))
const trust = (PolicyDocument: string) =>
  iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }))
const create = async (PolicyDocument: string, PolicyName = `managed-${count}`) =>
  (await iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument }))).Policy?.Arn ?? ''
const attach = (PolicyArn: string) => iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }))

describe('the size of a policy, without its white space,', () => {
  it('is 10,240 for all inline policies of a role together', async () => {
    await put(ofSize(6000), 'one')
    await put(ofSize(4240), 'two')
    await put(ofSize(6000), 'one')
    expect(await refusal(put(ofSize(6001), 'one'))).toEqual(tooLarge)
    await expect(put(print(statement), 'three')).rejects.toThrow(
      `Maximum policy size of 10240 bytes exceeded for role ${RoleName}`,
    )
  })

  it('is 6,144 for a managed policy and each of its versions', async () => {
    const PolicyArn = await create(ofSize(6144))
    expect(await refusal(create(ofSize(6145), 'other'))).toEqual(tooLarge)
    const PolicyDocument = ofSize(6145)
    const version = iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument }))
    await expect(version).rejects.toThrow('Cannot exceed quota for PolicySize: 6144')
  })

  it('is 2,048 for a trust policy', async () => {
    await trust(ofSize(2048, trusting))
    await expect(trust(ofSize(2049, trusting))).rejects.toThrow(
      'Cannot exceed quota for ACLSizePerRole: 2048',
    )
    const AssumeRolePolicyDocument = ofSize(2049, trusting)
    const another = iam.send(new CreateRoleCommand({ RoleName: 'large', AssumeRolePolicyDocument }))
    expect(await refusal(another)).toEqual(tooLarge)
  })
})

describe('a policy', () => {
  const { Action: _, ...noAction } = statement
  const { Resource: __, ...noResource } = statement

  it.each([
    ['invalid JSON', '{', 'Syntax errors in policy.'],
    ['an unknown field', print({ ...statement, Actions: '*' }), 'Syntax errors in policy.'],
    ['an unknown effect', print({ ...statement, Effect: 'Permit' }), 'Syntax errors in policy.'],
    ['no statement', print(), 'Syntax errors in policy.'],
    ['an old version', JSON.stringify({ Statement: statement }), 'must be version 2012-10-17'],
    ['a principal', print({ ...statement, Principal: '*' }), 'should not specify a principal'],
    ['no action', print(noAction), 'must contain actions'],
    ['no resource', print(noResource), 'must contain resources'],
    ['an action without its service', print({ ...statement, Action: 'GetObject' }), 'prefaced by a vendor'],
    ['an action that does not exist', print({ ...statement, Action: 's3:GetObjects' }), 'does not exist'],
    ['a pattern of no action', print({ ...statement, Action: 's3:Foo*' }), 'does not exist'],
    [
      'an unknown action that it leaves out',
      print({ ...noAction, NotAction: ['s3:GetObject', 's3:Foo*'] }),
      'does not exist',
    ],
    [
      'an action of the registry alone',
      print({ ...statement, Action: 'ecr:ListReferrers' }),
      'does not exist',
    ],
    ['a resource that is not an ARN', print({ ...statement, Resource: 'bucket' }), 'must be in ARN format'],
    ['one id twice', print({ ...statement, Sid: 'a' }, { ...statement, Sid: 'a' }), 'must be unique'],
    ['an id with a space', print({ ...statement, Sid: 'a b' }), 'must be alpha-numeric'],
  ])('is refused with %s', async (_, document, message) => {
    const refused = { name: 'MalformedPolicyDocumentException', message: expect.stringContaining(message) }
    await expect(put(document)).rejects.toMatchObject(refused)
    await expect(create(document)).rejects.toMatchObject(refused)
  })

  it('is taken with an action of a service that the emulator does not have', async () => {
    await put(print({ ...statement, Action: ['dynamodb:GetItem', 'S3:getobject', '*'], Resource: '*' }))
  })

  it('is taken with NotAction in place of Action', async () => {
    await put(print({ ...noAction, NotAction: ['s3:Delete*', 'iam:*'] }))
  })
})

it.each([
  ['a resource', print({ ...trusting, Resource: '*' }), 'Has prohibited field Resource'],
  ['no principal', print({ ...trusting, Principal: undefined }), 'Missing required field Principal'],
  [
    'another action',
    print({ ...trusting, Action: 's3:GetObject' }),
    'may only specify STS AssumeRole actions',
  ],
])('refuses a trust policy with %s', async (_, document, message) => {
  await expect(trust(document)).rejects.toMatchObject({
    name: 'MalformedPolicyDocumentException',
    message: expect.stringContaining(message),
  })
})

describe('a managed policy', () => {
  const absent = { name: 'NoSuchEntityException', status: 404 }

  it('is attached when the account or AWS itself has it', async () => {
    await attach(await create(print(statement)))
    await attach('arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole')
    expect(await refusal(attach('arn:aws:iam::aws:policy/AWSLambdaBasicExecutionRole'))).toEqual(absent)
    expect(await refusal(attach('arn:aws:iam::111111111111:policy/nothing'))).toEqual(absent)
    const env = emulator.credentials({ account: '222222222222' })
    const theirs = await clientsFor(emulator, { env }).iam.send(
      new CreatePolicyCommand({ PolicyName: 'theirs', PolicyDocument: print(statement) }),
    )
    expect(await refusal(attach(theirs.Policy?.Arn ?? ''))).toEqual(absent)
  })

  it('of AWS that is not in common use is refused with what the emulator knows', async () => {
    const PolicyArn = 'arn:aws:iam::aws:policy/AWSWAFFullAccess'
    const knows = /knows only those in common use/
    await expect(attach(PolicyArn)).rejects.toThrow(knows)
    await expect(iam.send(new GetPolicyCommand({ PolicyArn }))).rejects.toThrow(knows)
    await expect(attach('arn:aws:iam::111111111111:policy/nothing')).rejects.not.toThrow(knows)
  })

  it('must be there to be a permissions boundary', async () => {
    const AssumeRolePolicyDocument = print(trusting)
    const PermissionsBoundary = 'arn:aws:iam::111111111111:policy/nothing'
    const bounded = new CreateRoleCommand({
      RoleName: 'bounded',
      AssumeRolePolicyDocument,
      PermissionsBoundary,
    })
    expect(await refusal(iam.send(bounded))).toEqual(absent)
  })

  it('has up to five versions, whose numbers are not used again', async () => {
    const PolicyArn = await create(print(statement))
    const add = async (SetAsDefault: boolean) =>
      iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: print(statement), SetAsDefault }))
    for (const isDefault of [false, true, false, false]) await add(isDefault)
    expect(await refusal(add(false))).toEqual(tooLarge)
    const remove = (VersionId: string) => iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId }))
    expect(await refusal(remove('v3'))).toEqual({ name: 'DeleteConflictException', status: 409 })
    await remove('v5')
    await add(false)
    const { Versions } = await iam.send(new ListPolicyVersionsCommand({ PolicyArn }))
    expect(Versions?.map(({ VersionId }) => VersionId)).toEqual(['v6', 'v4', 'v3', 'v2', 'v1'])
    const read = await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId: 'v3' }))
    expect(read.PolicyVersion?.IsDefaultVersion).toBe(true)
    expect(decodeURIComponent(read.PolicyVersion?.Document ?? '')).toBe(print(statement))
  })

  it('is not deleted while a role has it', async () => {
    const PolicyArn = await create(print(statement))
    await attach(PolicyArn)
    expect((await iam.send(new GetPolicyCommand({ PolicyArn }))).Policy?.AttachmentCount).toBe(1)
    const remove = () => iam.send(new DeletePolicyCommand({ PolicyArn }))
    expect(await refusal(remove())).toEqual({ name: 'DeleteConflictException', status: 409 })
    await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }))
    await remove()
    expect(await refusal(iam.send(new GetPolicyCommand({ PolicyArn })))).toEqual(absent)
  })

  it('is one of ten of a role at most', async () => {
    for (let index = 0; index < 10; index += 1) await attach(await create(print(statement), `ten-${index}`))
    await attach('arn:aws:iam::111111111111:policy/ten-0')
    expect(await refusal(attach('arn:aws:iam::aws:policy/ReadOnlyAccess'))).toEqual(tooLarge)
  })
})
