import { z } from 'zod'
import type { Identity } from '../iam/identities.ts'

const tokenSchema = z.object({
  account: z.string(),
  region: z.string(),
  accessKey: z.string(),
  arn: z.string(),
  principalArn: z.string(),
  userId: z.string(),
  expiresAt: z.number(),
})

/** How long AWS's registry tokens live. */
const lifetimeMs = 12 * 60 * 60 * 1000

/** The password of `GetAuthorizationToken`: it names its owner and its end, so nothing has to be kept. */
export function issueToken(identity: Identity, now: number): { password: string; expiresAt: number } {
  const expiresAt = now + lifetimeMs
  const { account, region, accessKey, arn, principalArn, userId } = identity
  const token = { account, region, accessKey, arn, principalArn, userId, expiresAt }
  return { password: Buffer.from(JSON.stringify(token)).toString('base64url'), expiresAt }
}

/** Reads basic auth made from such a token. */
export function readToken(header: string | undefined): z.output<typeof tokenSchema> | undefined {
  const encoded = /^Basic\s+(\S+)$/i.exec(header ?? '')?.[1]
  const [user, password] = Buffer.from(encoded ?? '', 'base64')
    .toString('utf8')
    .split(':')
  if (user !== 'AWS' || !password) return undefined
  try {
    return tokenSchema.safeParse(JSON.parse(Buffer.from(password, 'base64url').toString('utf8'))).data
  } catch {
    return undefined
  }
}
