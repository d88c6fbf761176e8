import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  GetCallerIdentityCommand,
} from '@aws-sdk/client-sts'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { clientsFor, refusal } from '../clients.ts'
import type { Emulator } from '../emulator.ts'
import { startEmulator } from '../emulator.ts'
import { rawCalls } from '../raw-calls.ts'

let emulator: Emulator
const role = { RoleArn: 'arn:aws:iam::333333333333:role/path/release', RoleSessionName: 'run-1' }

beforeAll(async () => {
  emulator = await startEmulator()
})
afterAll(() => emulator.close())

function envOf(
  credentials:
    | {
        AccessKeyId?: string | undefined
        SecretAccessKey?: string | undefined
        SessionToken?: string | undefined
      }
    | undefined,
) {
  return {
    AWS_ACCESS_KEY_ID: credentials?.AccessKeyId ?? '',
    AWS_SECRET_ACCESS_KEY: credentials?.SecretAccessKey ?? '',
    AWS_SESSION_TOKEN: credentials?.SessionToken ?? '',
  }
}

it('gives credentials of the account whose role is assumed', async () => {
  const { Credentials } = await clientsFor(emulator).sts.send(new AssumeRoleCommand(role))
  const assumed = clientsFor(emulator, { env: envOf(Credentials) }).sts
  const who = await assumed.send(new GetCallerIdentityCommand({}))
  expect(who).toMatchObject({
    Account: '333333333333',
    Arn: 'arn:aws:sts::333333333333:assumed-role/release/run-1',
  })
  expect(Credentials?.Expiration?.getTime()).toBeGreaterThan(Date.now())
})

it('gives them for a web identity token too, without any key', async () => {
  const sub = 'repo:org/repo:environment:prod'
  const WebIdentityToken = `e30.${Buffer.from(JSON.stringify({ sub })).toString('base64url')}.x`
  const answer = await clientsFor(emulator).sts.send(
    new AssumeRoleWithWebIdentityCommand({ ...role, WebIdentityToken }),
  )
  expect(answer).toMatchObject({
    SubjectFromWebIdentityToken: sub,
    AssumedRoleUser: { Arn: expect.stringContaining('333333333333') },
  })
})

it('refuses unknown and wrong credentials by their AWS names', async () => {
  const call = new GetCallerIdentityCommand({})
  const as = (env: Record<string, string>) => clientsFor(emulator, { env }).sts.send(call)
  expect(await refusal(as({ AWS_ACCESS_KEY_ID: 'AKIANOBODY' }))).toEqual({
    name: 'InvalidClientTokenId',
    status: 403,
  })
  expect(await refusal(as({ AWS_SESSION_TOKEN: 'of another key' }))).toEqual({
    name: 'InvalidClientTokenId',
    status: 403,
  })
  expect(
    (
      await refusal(
        clientsFor(emulator).sts.send(new AssumeRoleCommand({ ...role, RoleArn: 'arn:aws:iam::1:role' })),
      )
    ).name,
  ).toBe('ValidationError')
})

it.each([
  [{ Action: 'AssumeRole', RoleSessionName: 'session' }, "Value null at 'roleArn'"],
  [{ Action: 'AssumeRole', RoleArn: 'arn:aws:iam::111111111111:role/a' }, "Value null at 'roleSessionName'"],
  [
    { Action: 'AssumeRole', RoleArn: 'arn:aws:iam::111111111111:user/a', RoleSessionName: 'ab' },
    'is invalid',
  ],
  [
    {
      Action: 'AssumeRole',
      RoleArn: 'arn:aws:iam::111111111111:role/a',
      RoleSessionName: 'ab',
      DurationSeconds: '60',
    },
    'greater than or equal to 900',
  ],
  [
    {
      Action: 'AssumeRoleWithWebIdentity',
      RoleArn: 'arn:aws:iam::111111111111:role/a',
      RoleSessionName: 'ab',
    },
    "Value null at 'webIdentityToken'",
  ],
])('refuses %j', async (input, message) => {
  const answer = await rawCalls(() => emulator).query('sts', input as Record<string, string>)
  expect([answer.status, answer.code]).toEqual([400, 'ValidationError'])
  expect(answer.text).toContain(message)
})
