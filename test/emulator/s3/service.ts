import type { Identities } from '../iam/identities.ts'
import { anonymous, identify, readScope } from '../iam/identities.ts'
import type {
  AwsError,
  Call,
  GenericProblem,
  HttpRequest,
  IdentityProblem,
  Service,
} from '../protocol/protocol.ts'
import { refusedCall } from '../protocol/protocol.ts'
import { accessDenied, failS3, requestIds, s3Error } from './errors.ts'
import { routeS3 } from './operations.ts'
import { checkRequest } from './request-input.ts'
import type { S3State } from './state.ts'
import { virtualBucket } from './state.ts'

/** S3's REST API; it also claims what nobody signed, as a request to a bucket may be. */
export function s3Service(state: S3State, identities: Identities, defaultRegion: string): Service {
  return {
    name: 's3',
    claims: request => {
      const scope = readScope(request)
      return typeof scope !== 'object' || scope.service === 's3'
    },
    describe: request => describe(state, request),
    identify: request => {
      const found = identify(identities, request)
      if (found === 'missing') return anonymous(defaultRegion)
      if (typeof found === 'string') throw identityError(found)
      return found
    },
    problem,
    fail: failS3,
  }
}

function describe(state: S3State, request: HttpRequest): Call {
  const address = addressOf(request)
  if (!address) return refusedCall('Unknown', s3Error('InvalidURI', 400, "Couldn't parse the specified URI."))
  const { bucket, key } = address
  const operation = routeS3(request, bucket, key)
  const resource = key === '' ? bucket : `${bucket}/${key}`
  if (typeof operation === 'string') {
    const message = `The emulator does not implement this S3 request: ${operation}`
    return { ...refusedCall('Unknown', s3Error('NotImplemented', 501, message)), resource }
  }
  return {
    operation: operation.name,
    write: operation.write,
    resource,
    run: identity => {
      checkRequest({ request, key })
      const result = operation.handle({ state, identity, request, bucket, key, action: operation.action })
      return { ...result, headers: { ...requestIds(), ...result.headers } }
    },
  }
}

function addressOf(request: HttpRequest): { bucket: string; key: string } | undefined {
  try {
    const path = decodeURIComponent(request.rawPath.slice(1))
    const virtual = virtualBucket(request.host)
    if (virtual !== undefined) return { bucket: virtual, key: path }
    const slash = path.indexOf('/')
    return slash < 0
      ? { bucket: path, key: '' }
      : { bucket: path.slice(0, slash), key: path.slice(slash + 1) }
  } catch {
    return undefined
  }
}

function identityError(found: IdentityProblem): AwsError {
  if (found === 'expired') return s3Error('ExpiredToken', 400, 'The provided token has expired.')
  if (found === 'malformed') {
    const message = 'The authorization header is malformed; the Credential is mal-formed'
    return s3Error('AuthorizationHeaderMalformed', 400, message)
  }
  return s3Error(
    'InvalidAccessKeyId',
    403,
    'The AWS Access Key Id you provided does not exist in our records.',
  )
}

function problem(kind: GenericProblem): AwsError {
  switch (kind) {
    case 'throttle':
      return s3Error('SlowDown', 503, 'Please reduce your request rate.')
    case 'error500':
      return s3Error('InternalError', 500, 'We encountered an internal error. Please try again.')
    case 'error503':
      return s3Error('ServiceUnavailable', 503, 'Service is unable to handle request.')
    case 'expired-token':
      return identityError('expired')
    case 'conflict-409': {
      const message =
        'The conditional request cannot succeed due to a conflicting operation against this resource.'
      return s3Error('ConditionalRequestConflict', 409, message)
    }
    case 'access-denied':
      return accessDenied()
  }
}
