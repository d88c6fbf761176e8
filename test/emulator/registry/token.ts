import type { Identity } from '../iam/identities.ts'

/** How long AWS's registry tokens live. */
const lifetimeMs = 12 * 60 * 60 * 1000

/** The password of `GetAuthorizationToken`: it names its owner and its end, so nothing has to be kept. */
export function issueToken(identity: Identity, now: number): { password: string; expiresAt: number } {
  const expiresAt = now + lifetimeMs
  const { account, region, accessKey, arn, userId } = identity
  return {
    password: Buffer.from(JSON.stringify({ account, region, accessKey, arn, userId, expiresAt })).toString(
      'base64url',
    ),
    expiresAt,
  }
}

/** Reads basic auth made from such a token. */
export function readToken(header: string | undefined): (Identity & { expiresAt: number }) | undefined {
  const encoded = /^Basic\s+(\S+)$/i.exec(header ?? '')?.[1]
  const [user, password] = Buffer.from(encoded ?? '', 'base64')
    .toString('utf8')
    .split(':')
  if (user !== 'AWS' || !password) return undefined
  try {
    const token = JSON.parse(Buffer.from(password, 'base64url').toString('utf8')) as Identity & {
      expiresAt: number
    }
    return typeof token.account === 'string' && typeof token.expiresAt === 'number' ? token : undefined
  } catch {
    return undefined
  }
}
