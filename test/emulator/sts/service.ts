import { randomUUID } from 'node:crypto'
import type { Credential, Identities, Identity } from '../iam/identities.ts'
import { anonymous, identify, readScope } from '../iam/identities.ts'
import type {
  Answer,
  Call,
  GenericProblem,
  HttpRequest,
  IdentityProblem,
  Service,
} from '../protocol/protocol.ts'
import { AwsError, answer } from '../protocol/protocol.ts'
import { escapeXml } from '../protocol/xml.ts'

type Operation = (identities: Identities, identity: Identity, input: URLSearchParams) => string

const namespace = 'https://sts.amazonaws.com/doc/2011-06-15/'
const operations: Record<string, Operation> = {
  GetCallerIdentity: (_, { account, arn, userId }) =>
    `<Arn>${arn}</Arn><UserId>${userId}</UserId><Account>${account}</Account>`,
  AssumeRole: (identities, _, input) => assume(identities, input),
  AssumeRoleWithWebIdentity: assumeWithWebIdentity,
}

/** STS's query API. */
export function stsService(identities: Identities): Service {
  return {
    name: 'sts',
    claims: request => {
      const scope = readScope(request)
      if (typeof scope === 'object') return scope.service === 'sts'
      return inputOf(request).has('Action') && inputOf(request).get('Version') === '2011-06-15'
    },
    describe: request => describe(identities, request),
    identify: (request, call) => {
      if (call.operation === 'AssumeRoleWithWebIdentity') return anonymous('us-east-1')
      const found = identify(identities, request)
      if (typeof found === 'string') throw identityError(found)
      return found
    },
    problem,
    fail,
  }
}

function describe(identities: Identities, request: HttpRequest): Call {
  const input = inputOf(request)
  const operation = input.get('Action') ?? 'Unknown'
  const handle = Object.hasOwn(operations, operation) ? operations[operation] : undefined
  return {
    operation,
    write: false,
    resource: input.get('RoleArn') ?? '',
    run: identity => {
      if (!handle)
        throw new AwsError(
          'InvalidAction',
          400,
          `The emulator does not know the STS operation '${operation}'`,
        )
      const result = handle(identities, identity, input)
      return xml(
        200,
        `<${operation}Response xmlns="${namespace}"><${operation}Result>${result}</${operation}Result>${metadata()}</${operation}Response>`,
      )
    },
  }
}

function assume(identities: Identities, input: URLSearchParams): string {
  const roleArn = input.get('RoleArn') ?? ''
  const session = input.get('RoleSessionName') ?? ''
  const match = /^arn:aws:iam::(\d{12}):role\/(?:.*\/)?([\w+=,.@-]+)$/.exec(roleArn)
  if (!match) throw new AwsError('ValidationError', 400, `${roleArn} is invalid`)
  if (!/^[\w+=,.@-]{2,64}$/.test(session))
    throw new AwsError('ValidationError', 400, `Invalid RoleSessionName: '${session}'`)
  const [, account = '', role] = match
  const arn = `arn:aws:sts::${account}:assumed-role/${role}/${session}`
  const credential = identities.session({ account, arn, userId: `AROAEMULATOR${account}:${session}` })
  return `${credentialsXml(credential, input)}<AssumedRoleUser><AssumedRoleId>${credential.userId}</AssumedRoleId><Arn>${credential.arn}</Arn></AssumedRoleUser>`
}

function assumeWithWebIdentity(identities: Identities, _: Identity, input: URLSearchParams): string {
  const token = input.get('WebIdentityToken')
  if (!token) throw new AwsError('InvalidIdentityToken', 400, 'The web identity token is missing')
  const subject = escapeXml(subjectOf(token))
  return `${assume(identities, input)}<SubjectFromWebIdentityToken>${subject}</SubjectFromWebIdentityToken>`
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

function credentialsXml(credential: Credential, input: URLSearchParams): string {
  const seconds = Number(input.get('DurationSeconds') ?? 3600)
  const expiration = new Date(Date.now() + seconds * 1000).toISOString()
  return `<Credentials><AccessKeyId>${credential.accessKey}</AccessKeyId><SecretAccessKey>${credential.secretKey}</SecretAccessKey><SessionToken>${credential.sessionToken}</SessionToken><Expiration>${expiration}</Expiration></Credentials>`
}

function inputOf(request: HttpRequest): URLSearchParams {
  const form = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')
  return form ? new URLSearchParams(request.body.toString('utf8')) : request.query
}

function identityError(found: IdentityProblem): AwsError {
  if (found === 'missing')
    return new AwsError('MissingAuthenticationToken', 403, 'Request is missing Authentication Token')
  if (found === 'malformed')
    return new AwsError('IncompleteSignature', 400, 'Authorization header is malformed')
  if (found === 'expired')
    return new AwsError('ExpiredToken', 403, 'The security token included in the request is expired')
  return new AwsError('InvalidClientTokenId', 403, 'The security token included in the request is invalid.')
}

function problem(kind: GenericProblem, call: Call): AwsError {
  switch (kind) {
    case 'throttle':
      return new AwsError('Throttling', 400, 'Rate exceeded')
    case 'error500':
      return new AwsError(
        'InternalFailure',
        500,
        'The request processing has failed because of an unknown error',
      )
    case 'error503':
      return new AwsError('ServiceUnavailable', 503, 'Service Unavailable')
    case 'expired-token':
      return identityError('expired')
    case 'conflict-409':
      return new AwsError('Conflict', 409, 'A conflicting operation is in progress')
    case 'access-denied':
      return new AwsError('AccessDenied', 403, `User is not authorized to perform: sts:${call.operation}`)
  }
}

function fail(error: AwsError): Answer {
  const type = error.status < 500 ? 'Sender' : 'Receiver'
  const body = `<ErrorResponse xmlns="${namespace}"><Error><Type>${type}</Type><Code>${error.code}</Code><Message>${escapeXml(error.message)}</Message></Error><RequestId>${randomUUID()}</RequestId></ErrorResponse>`
  return xml(error.status, body)
}

function metadata(): string {
  return `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata>`
}

function xml(status: number, body: string): Answer {
  return answer(status, { 'content-type': 'text/xml' }, body)
}
