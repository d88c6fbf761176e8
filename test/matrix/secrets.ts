import { randomBytes } from 'node:crypto'
import { AssumeRoleCommand } from '@aws-sdk/client-sts'
import { expect } from 'vitest'
import { clientsFor } from '../emulator/clients.ts'
import type { Emulator } from '../emulator/emulator.ts'

/** Secrets that must never show up: AWS credentials, the password in the remote's address, a token in the environment. */
export type Secrets = {
  readonly environment: Readonly<Record<string, string>>
  readonly password: string
  readonly values: readonly string[]
}

/** Makes a session of the artifact account, a password and a token that occur nowhere else. */
export async function plantSecrets(emulator: Emulator): Promise<Secrets> {
  const RoleArn = `arn:aws:iam::${emulator.account}:role/releaser`
  const command = new AssumeRoleCommand({ RoleArn, RoleSessionName: 'matrix' })
  const { Credentials = {} as never } = await clientsFor(emulator).sts.send(command)
  const password = `planted-password-${randomBytes(12).toString('hex')}`
  const token = `ghp_planted${randomBytes(12).toString('hex')}`
  const secretKey = String(Credentials.SecretAccessKey)
  const sessionToken = String(Credentials.SessionToken)
  const environment = {
    AWS_ACCESS_KEY_ID: String(Credentials.AccessKeyId),
    AWS_SECRET_ACCESS_KEY: secretKey,
    AWS_SESSION_TOKEN: sessionToken,
    GITHUB_TOKEN: token,
  }
  return { environment, password, values: [secretKey, sessionToken, password, token] }
}

/** Fails if a text contains a planted secret, plain or in base64. */
export function expectNoSecret({ values }: Secrets, where: string, text: string): void {
  const found = values.filter(
    value => text.includes(value) || text.includes(Buffer.from(value).toString('base64').slice(0, 24)),
  )
  expect(found, `a secret in ${where}`).toEqual([])
}
