import type { EcrState } from '../ecr/state.ts'
import { findRepository, repositoryKey } from '../ecr/state.ts'
import type { Identities, Identity } from '../iam/identities.ts'
import { anonymous } from '../iam/identities.ts'
import type { Answer, Call, GenericProblem, HttpRequest, Service } from '../protocol/protocol.ts'
import { AwsError, answer, decoded } from '../protocol/protocol.ts'
import * as blobs from './blobs.ts'
import { failRegistry, headers, registryError } from './errors.ts'
import type { Route } from './operations.ts'
import { routeRegistry } from './operations.ts'
import { readToken } from './token.ts'

const layers = '/_layers/'

/** The registry API, `/v2/`, and the links that `GetDownloadUrlForLayer` gives. */
export function registryService(state: EcrState, identities: Identities): Service {
  return {
    name: 'registry',
    claims: ({ rawPath, headers: { authorization = '' } }) =>
      rawPath.startsWith(layers) || (/^\/v2(\/|$)/.test(rawPath) && !authorization.startsWith('AWS4-')),
    describe: request =>
      request.rawPath.startsWith(layers) ? describeDownload(state, request) : describe(state, request),
    identify: request => {
      if (request.rawPath.startsWith(layers)) return anonymous('')
      const token = readToken(request.headers.authorization)
      if (!token || !identities.get(token.accessKey)) throw unauthorized(state)
      if (token.expiresAt < Date.now() || identities.get(token.accessKey)?.expired)
        throw problem('expired-token')
      return token
    },
    problem,
    fail: failRegistry,
  }
}

function describe(state: EcrState, request: HttpRequest): Call {
  const route = routeRegistry(request)
  const separator = route.reference.includes(':') ? '@' : ':'
  const { operation } = route
  return {
    operation: `registry:${typeof operation === 'string' ? operation : operation.name}`,
    write: typeof operation !== 'string' && operation.write,
    resource: route.reference ? `${route.repository}${separator}${route.reference}` : route.repository,
    run: identity => run(state, identity, route, request),
  }
}

function run(state: EcrState, identity: Identity, route: Route, request: HttpRequest): Answer {
  const { operation } = route
  if (operation === 'Ping') return answer(200, { ...headers, 'content-type': 'application/json' }, '{}')
  if (operation === 'Unsupported') {
    throw registryError(
      'UNSUPPORTED',
      405,
      `The operation is unsupported: ${request.method} ${request.rawPath}`,
    )
  }
  if (operation === 'Unknown')
    throw registryError('NOT_FOUND', 404, `The emulator does not know the path ${request.rawPath}`)
  const repository = findRepository(state, identity, { repositoryName: route.repository }, operation.action)
  return operation.handle(repository, route.reference, request)
}

function describeDownload(state: EcrState, request: HttpRequest): Call {
  const [account = '', region = '', digest = '', ...name] = decoded(
    request.rawPath.slice(layers.length),
  ).split('/')
  const repository = state.repositories.get(repositoryKey(account, region, name.join('/')))
  return {
    operation: 'registry:DownloadLayer',
    write: false,
    resource: `${name.join('/')}@${digest}`,
    run: () => {
      if (repository) return blobs.getBlob(repository, digest)
      throw registryError('BLOB_UNKNOWN', 404, 'blob unknown to registry')
    },
  }
}

function unauthorized(state: EcrState): AwsError {
  const challenge = `Basic realm="http://${state.host}/",service="ecr.amazonaws.com"`
  return registryError('UNAUTHORIZED', 401, 'Not Authorized', { 'www-authenticate': challenge })
}

function problem(kind: GenericProblem): AwsError {
  switch (kind) {
    case 'throttle':
      return registryError('TOOMANYREQUESTS', 429, 'Rate exceeded')
    case 'error500':
      return registryError('INTERNAL_ERROR', 500, 'Internal server error')
    case 'error503':
      return registryError('UNAVAILABLE', 503, 'Service unavailable')
    case 'expired-token':
      return registryError(
        'DENIED',
        403,
        'Your authorization token has expired. Reauthenticate and try again.',
      )
    case 'conflict-409':
      return new AwsError('CONFLICT', 409, 'A conflicting operation is in progress')
    case 'access-denied':
      return registryError('DENIED', 403, 'Access denied')
  }
}
