import { randomUUID } from 'node:crypto'
import type { Identity } from '../iam/identities.ts'

/** The services that the emulator answers for; `registry` is the `/v2/` side of ECR. */
export type ServiceName =
  | 'ecr'
  | 's3'
  | 'sts'
  | 'registry'
  | 'lambda'
  | 'ecs'
  | 'cloudwatch'
  | 'iam'
  | 'ec2'
  | 'elasticloadbalancing'
  | 'scheduler'
  | 'events'
  | 'sns'
  | 'logs'
  | 'secretsmanager'

/** One HTTP request, with its body read to the end. */
export type HttpRequest = {
  method: string
  /** As sent, still percent-encoded, without the query. */
  rawPath: string
  query: URLSearchParams
  headers: Record<string, string>
  body: Buffer
  host: string
}

/** One HTTP answer, before any fault has been applied to it. */
export type Answer = { status: number; headers: Record<string, string>; body: Buffer }

/** What a request asks for, known before it is applied. */
export type Call = {
  operation: string
  write: boolean
  /** For example `bucket/key`, `repository:tag`, `function:alias`, `cluster/service`, an alarm's name. */
  resource: string
  run: (identity: Identity) => Answer | Promise<Answer>
}

/** Why a request's credentials were refused. */
export type IdentityProblem = 'missing' | 'unknown' | 'expired' | 'malformed'

/** Errors that a fault can ask for, which each service words in its own way. */
export type GenericProblem =
  | 'throttle'
  | 'error500'
  | 'error503'
  | 'expired-token'
  | 'access-denied'
  | 'conflict-409'

/** One AWS service on the wire. */
export type Service = {
  name: ServiceName
  claims: (request: HttpRequest) => boolean
  /** Never throws: a request that makes no sense becomes a call whose `run` throws the right error. */
  describe: (request: HttpRequest) => Call
  identify: (request: HttpRequest, call: Call) => Identity
  problem: (kind: GenericProblem, call: Call) => AwsError
  fail: (error: AwsError, request: HttpRequest, call: Call) => Answer
}

/** An error as AWS names it, thrown by an operation and printed by its service. */
export class AwsError extends Error {
  readonly code: string
  readonly status: number
  readonly fields: Record<string, string>
  readonly headers: Record<string, string>

  constructor(
    code: string,
    status: number,
    message: string,
    extra: { fields?: Record<string, string>; headers?: Record<string, string> } = {},
  ) {
    super(message)
    this.name = code
    this.code = code
    this.status = status
    this.fields = extra.fields ?? {}
    this.headers = extra.headers ?? {}
  }
}

/** An answer with this status, headers and body. */
export function answer(
  status: number,
  headers: Record<string, string> = {},
  body: string | Buffer = '',
): Answer {
  return { status, headers, body: typeof body === 'string' ? Buffer.from(body, 'utf8') : body }
}

/** A call that is refused whoever makes it. */
export function refusedCall(operation: string, error: AwsError): Call {
  return {
    operation,
    write: false,
    resource: '',
    run: () => {
      throw error
    },
  }
}

/** The header that names an answer. */
export function requestId(): { 'x-amzn-requestid': string } {
  return { 'x-amzn-requestid': randomUUID() }
}

/** Text without its percent-encoding; what cannot be decoded stays as it is. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
