import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Emulator } from '../emulator.ts'
import { startEmulator } from '../emulator.ts'
import { rawCalls } from '../raw-calls.ts'

let emulator: Emulator

beforeAll(async () => {
  emulator = await startEmulator()
  await call({ Action: 'CreateRole', RoleName: 'role', AssumeRolePolicyDocument: trust })
})
afterAll(() => emulator.close())

const trust = JSON.stringify({
  Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } },
})

const PolicyArn = 'arn:aws:iam::111111111111:policy/managed'

const call = (input: Record<string, string>) => rawCalls(() => emulator).query('iam', input)

it.each([
  [
    'TagRole',
    { RoleName: 'role' },
    "Value null at 'tags' failed to satisfy constraint: Member must not be null",
  ],
  ['UntagRole', { RoleName: 'role' }, "Value null at 'tagKeys'"],
  ['TagRole', { RoleName: 'role', 'Tags.member.1.Key': 'team' }, "Value null at 'tags.1.member.value'"],
  ['GetRole', {}, "Value null at 'roleName'"],
  [
    'GetRole',
    { RoleName: 'a b' },
    "Value 'a b' at 'roleName' failed to satisfy constraint: Member must satisfy regular expression",
  ],
  ['GetRole', { RoleName: 'r'.repeat(65) }, 'must have length less than or equal to 64'],
  ['CreateRole', { RoleName: 'other' }, "Value null at 'assumeRolePolicyDocument'"],
  [
    'UpdateRole',
    { RoleName: 'role', MaxSessionDuration: '60' },
    'must have value greater than or equal to 3600',
  ],
  ['PutRolePolicy', { RoleName: 'role' }, '2 validation errors detected'],
  [
    'AttachRolePolicy',
    { RoleName: 'role', PolicyArn: 'short' },
    'must have length greater than or equal to 20',
  ],
  ['TagPolicy', { PolicyArn }, "Value null at 'tags'"],
  ['TagPolicy', { 'Tags.member.1.Key': 'team', 'Tags.member.1.Value': 'a' }, "Value null at 'policyArn'"],
  ['UntagPolicy', { PolicyArn }, "Value null at 'tagKeys'"],
  ['UntagPolicy', { 'TagKeys.member.1': 'team' }, "Value null at 'policyArn'"],
  ['CreateOpenIDConnectProvider', { Url: 'http://example.com' }, 'Invalid Open ID Connect Provider URL'],
])('%s is refused for %j', async (Action, input, message) => {
  const answer = await call({ Action, ...input })
  expect([answer.status, answer.code]).toEqual([400, 'ValidationError'])
  expect(answer.text.replaceAll('&apos;', "'")).toContain(message)
})

it('takes an empty list of tags', async () => {
  expect((await call({ Action: 'TagRole', RoleName: 'role', Tags: '' })).status).toBe(200)
})

it('refuses an unknown operation', async () => {
  const { status, code } = await call({ Action: 'FlyToTheMoon' })
  expect([status, code]).toEqual([400, 'InvalidAction'])
})
