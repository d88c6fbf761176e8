import { z } from 'zod'
import type { Credential, Identities, Identity } from '../iam/identities.ts'
import type { Service } from '../protocol/protocol.ts'
import { AwsError } from '../protocol/protocol.ts'
import { wholeNumber } from '../protocol/query-schema.ts'
import type { QueryApi } from '../protocol/query-service.ts'
import { queryService } from '../protocol/query-service.ts'
import type { Problem } from '../protocol/validation.ts'
import { readInput, refusalFor } from '../protocol/validation.ts'
import { queryProblems } from '../protocol/wording.ts'
import type { Xml } from '../protocol/xml.ts'

type Assumed = { [name: string]: Xml }

/** AssumeRole (AWS STS API reference). */
const assumeSchema = z.object({
  RoleArn: z.string().min(20).max(2048),
  RoleSessionName: z
    .string()
    .min(2)
    .max(64)
    .regex(/^[\w+=,.@-]*$/),
  DurationSeconds: wholeNumber(900, 43_200).default(3600),
  Policy: z.string().min(1).max(2048).exactOptional(),
})
/** AssumeRoleWithWebIdentity. */
const webIdentitySchema = assumeSchema.extend({ WebIdentityToken: z.string().min(4).max(20_000) })

const api: QueryApi<Identities> = {
  name: 'sts',
  scope: 'sts',
  version: '2011-06-15',
  namespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
  operations: {
    AssumeRole: (identities, _, input) => assume(identities, readInput(assumeSchema, input, refuse)),
    AssumeRoleWithWebIdentity: assumeWithWebIdentity,
    GetCallerIdentity: (_, { account, arn, userId }) => ({ Arn: arn, UserId: userId, Account: account }),
  },
  open: ['AssumeRoleWithWebIdentity'],
  subjects: ['RoleArn'],
  problems: queryProblems('sts', {}),
}

/** STS's query API. */
export function stsService(identities: Identities): Service {
  return queryService(api, identities, identities)
}

function assume(identities: Identities, request: z.output<typeof assumeSchema>): Assumed {
  const { RoleArn, RoleSessionName: name, DurationSeconds } = request
  const [, account] = /^arn:aws:iam::(\d{12}):role\/(?:.*\/)?[\w+=,.@-]+$/.exec(RoleArn) ?? []
  if (account === undefined) throw new AwsError('ValidationError', 400, `${RoleArn} is invalid`)
  const userId = `AROAEMULATOR${account}:${name}`
  const credential = identities.session({ account, principalArn: RoleArn, name, userId })
  return {
    Credentials: printCredentials(credential, DurationSeconds),
    AssumedRoleUser: { AssumedRoleId: credential.userId, Arn: credential.arn },
  }
}

function assumeWithWebIdentity(identities: Identities, _: Identity, input: unknown): Xml {
  const { WebIdentityToken, ...request } = readInput(webIdentitySchema, input, refuse)
  return { ...assume(identities, request), SubjectFromWebIdentityToken: subjectOf(WebIdentityToken) }
}

function subjectOf(token: string): string {
  try {
    const payload = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as {
      sub?: unknown
    }
    return typeof payload.sub === 'string' ? payload.sub : 'unknown'
  } catch {
    return 'unknown'
  }
}

function printCredentials(credential: Credential, seconds: number): Xml {
  return {
    AccessKeyId: credential.accessKey,
    SecretAccessKey: credential.secretKey,
    SessionToken: credential.sessionToken,
    Expiration: new Date(Date.now() + seconds * 1000).toISOString(),
  }
}

function refuse(problems: Problem[]): AwsError {
  return new AwsError('ValidationError', 400, refusalFor(problems).message)
}
