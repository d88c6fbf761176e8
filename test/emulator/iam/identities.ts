import { createHash, randomBytes } from 'node:crypto'
import type { HttpRequest, IdentityProblem } from '../protocol/protocol.ts'

/** Who signed a request, and for which region; an anonymous caller has an empty account. */
export type Identity = {
  account: string
  region: string
  accessKey: string
  arn: string
  /** What policies call them: for a session the role's ARN, with its path, which the session's own ARN lacks. */
  principalArn: string
  userId: string
}

/** An access key that the emulator knows. */
export type Credential = {
  accessKey: string
  secretKey: string
  sessionToken?: string
  account: string
  expired: boolean
  arn: string
  principalArn: string
  userId: string
}

/** The table of access keys. */
export type Identities = {
  get: (accessKey: string) => Credential | undefined
  user: (account: string) => Credential
  session: (options: {
    account: string
    expired?: boolean
    principalArn?: string
    /** What the session of a role is called. */
    name?: string
    userId?: string
  }) => Credential
}

/** Account, region and service as a request's SigV4 credential scope names them. */
export type Scope = { accessKey: string; region: string; service: string; token?: string }

/** Makes an empty table; long-lived keys are the same in every run, so that a pasted `export` keeps working. */
export function createIdentities(): Identities {
  const table = new Map<string, Credential>()
  const add = (credential: Credential): Credential => {
    table.set(credential.accessKey, credential)
    return credential
  }
  return {
    get: accessKey => table.get(accessKey),
    user: account => {
      const accessKey = `EMULATORKEY${account}`
      const known = table.get(accessKey)
      if (known) return known
      const secretKey = `emulator-secret-of-${account}-not-for-aws`
      const userId = `AIDA${tail(account)}`
      const arn = `arn:aws:iam::${account}:user/emulator`
      return add({ accessKey, secretKey, account, expired: false, arn, principalArn: arn, userId })
    },
    session: ({
      account,
      expired = false,
      principalArn = `arn:aws:iam::${account}:role/emulator`,
      name = 'session',
      userId,
    }) =>
      add({
        accessKey: `ASIA${randomBytes(8).toString('hex').toUpperCase()}`,
        secretKey: randomBytes(20).toString('hex'),
        sessionToken: `emulator-session-${randomBytes(24).toString('hex')}`,
        account,
        expired,
        arn: sessionArn(principalArn, name),
        principalArn,
        userId: userId ?? `AROA${tail(account)}:session`,
      }),
  }
}

/** The ARN of a role's session has no path; whatever is no role keeps its own (IAM user guide, "IAM identifiers"). */
function sessionArn(principalArn: string, name: string): string {
  const [, account, role] = /^arn:aws:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(principalArn) ?? []
  return role === undefined ? principalArn : `arn:aws:sts::${account}:assumed-role/${role}/${name}`
}

/** Reads the SigV4 credential scope from the `Authorization` header or from a presigned query. */
export function readScope(request: HttpRequest): Scope | 'malformed' | undefined {
  const header = request.headers.authorization
  const presigned = request.query.get('X-Amz-Credential')
  if (header === undefined && presigned === null) return undefined
  const credential =
    header === undefined ? presigned : /^AWS4-HMAC-SHA256\s.*Credential=([^,\s]+)/.exec(header)?.[1]
  const parts = (credential ?? '').split('/')
  const [accessKey, , region, service, terminator] = parts
  if (parts.length !== 5 || terminator !== 'aws4_request' || !accessKey || !region || !service)
    return 'malformed'
  const token =
    request.headers['x-amz-security-token'] ?? request.query.get('X-Amz-Security-Token') ?? undefined
  return { accessKey, region, service, ...(token === undefined ? {} : { token }) }
}

/** Finds who signed a request, or why it is refused; the signature itself is not verified. */
export function identify(identities: Identities, request: HttpRequest): Identity | IdentityProblem {
  const scope = readScope(request)
  if (scope === undefined) return 'missing'
  if (scope === 'malformed') return 'malformed'
  const credential = identities.get(scope.accessKey)
  if (!credential || credential.sessionToken !== scope.token) return 'unknown'
  if (credential.expired) return 'expired'
  return {
    account: credential.account,
    region: scope.region,
    accessKey: credential.accessKey,
    arn: credential.arn,
    principalArn: credential.principalArn,
    userId: credential.userId,
  }
}

/** A caller without credentials. */
export function anonymous(region: string): Identity {
  return { account: '', region, accessKey: '', arn: 'anonymous', principalArn: '', userId: '' }
}

function tail(account: string): string {
  return createHash('sha256').update(account).digest('hex').slice(0, 16).toUpperCase()
}
