import { randomUUID } from 'node:crypto'
import type { Identities, Identity } from '../iam/identities.ts'
import { identify, readScope } from '../iam/identities.ts'
import type {
  Answer,
  Call,
  GenericProblem,
  HttpRequest,
  IdentityProblem,
  Service,
} from '../protocol/protocol.ts'
import { AwsError, answer } from '../protocol/protocol.ts'
import { issueToken } from '../registry/token.ts'
import { batchDeleteImage } from './delete-images.ts'
import { EcrError } from './errors.ts'
import { batchGetImage, describeImages, listImages, putImage } from './images.ts'
import {
  batchCheckLayerAvailability,
  completeLayerUpload,
  getDownloadUrlForLayer,
  initiateLayerUpload,
  uploadLayerPart,
} from './layers.ts'
import { listImageReferrers } from './referrers.ts'
import {
  createRepository,
  deleteRepository,
  describeRepositories,
  putImageScanningConfiguration,
  putImageTagMutability,
} from './repositories.ts'
import * as settings from './repository-settings.ts'
import type { EcrState } from './state.ts'

type Operation = { write: boolean; handle: (state: EcrState, identity: Identity, input: unknown) => object }

const target = 'AmazonEC2ContainerRegistry_V20150921.'
const read = (handle: Operation['handle']): Operation => ({ write: false, handle })
const write = (handle: Operation['handle']): Operation => ({ write: true, handle })

const operations: Record<string, Operation> = {
  BatchCheckLayerAvailability: read(batchCheckLayerAvailability),
  BatchDeleteImage: write(batchDeleteImage),
  BatchGetImage: read(batchGetImage),
  CompleteLayerUpload: write(completeLayerUpload),
  CreateRepository: write(createRepository),
  DeleteLifecyclePolicy: write(settings.deleteLifecyclePolicy),
  DeleteRepository: write(deleteRepository),
  DeleteRepositoryPolicy: write(settings.deleteRepositoryPolicy),
  DescribeImages: read(describeImages),
  DescribeRepositories: read(describeRepositories),
  GetAuthorizationToken: read(getAuthorizationToken),
  GetDownloadUrlForLayer: read(getDownloadUrlForLayer),
  GetLifecyclePolicy: read(settings.getLifecyclePolicy),
  GetRepositoryPolicy: read(settings.getRepositoryPolicy),
  InitiateLayerUpload: write(initiateLayerUpload),
  ListImageReferrers: read(listImageReferrers),
  ListImages: read(listImages),
  ListTagsForResource: read(settings.listTagsForResource),
  PutImage: write(putImage),
  PutImageScanningConfiguration: write(putImageScanningConfiguration),
  PutImageTagMutability: write(putImageTagMutability),
  PutLifecyclePolicy: write(settings.putLifecyclePolicy),
  SetRepositoryPolicy: write(settings.setRepositoryPolicy),
  TagResource: write(settings.tagResource),
  UntagResource: write(settings.untagResource),
  UploadLayerPart: write(uploadLayerPart),
}

/** ECR's JSON API. */
export function ecrService(state: EcrState, identities: Identities): Service {
  return {
    name: 'ecr',
    claims: request => {
      if (request.headers['x-amz-target']?.startsWith(target)) return true
      const scope = readScope(request)
      return typeof scope === 'object' && scope.service === 'ecr'
    },
    describe: request => describe(state, request),
    identify: request => {
      const found = identify(identities, request)
      if (typeof found === 'string') throw identityError(found)
      return found
    },
    problem,
    fail,
  }
}

function describe(state: EcrState, request: HttpRequest): Call {
  const operation = (request.headers['x-amz-target'] ?? '').slice(target.length) || 'Unknown'
  const input = readJson(request.body)
  const known = Object.hasOwn(operations, operation) ? operations[operation] : undefined
  const run = (identity: Identity): Answer => {
    if (!known)
      throw new EcrError(
        'UnknownOperationException',
        `The emulator does not know the ECR operation '${operation}'`,
      )
    if (input === undefined)
      throw new EcrError('SerializationException', 'The request body is not a JSON object')
    return answer(200, jsonHeaders(), JSON.stringify(known.handle(state, identity, input)))
  }
  return { operation, write: known?.write ?? false, resource: resourceOf(input), run }
}

function resourceOf(input: Record<string, unknown> | undefined): string {
  const name = typeof input?.repositoryName === 'string' ? input.repositoryName : ''
  const ids = Array.isArray(input?.imageIds)
    ? (input.imageIds as { imageTag?: string; imageDigest?: string }[])
    : []
  const names = ids.map(id => id?.imageTag ?? id?.imageDigest ?? '')
  const tag = input?.imageTag ?? input?.imageDigest ?? names.join(',')
  return tag ? `${name}:${String(tag)}` : name
}

function getAuthorizationToken(state: EcrState, identity: Identity): object {
  const { password, expiresAt } = issueToken(identity, Date.now())
  const authorizationToken = Buffer.from(`AWS:${password}`).toString('base64')
  return {
    authorizationData: [
      { authorizationToken, expiresAt: expiresAt / 1000, proxyEndpoint: `http://${state.host}` },
    ],
  }
}

function readJson(body: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body.toString('utf8') || '{}')
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

function identityError(found: IdentityProblem): AwsError {
  if (found === 'missing')
    return new EcrError('MissingAuthenticationTokenException', 'Missing Authentication Token')
  if (found === 'malformed')
    return new EcrError('IncompleteSignatureException', 'Authorization header is malformed')
  if (found === 'expired')
    return new EcrError('ExpiredTokenException', 'The security token included in the request is expired')
  return new EcrError('UnrecognizedClientException', 'The security token included in the request is invalid.')
}

function problem(kind: GenericProblem, call: Call): AwsError {
  switch (kind) {
    case 'throttle':
      return new EcrError('ThrottlingException', 'Rate exceeded')
    case 'error500':
      return new AwsError('ServerException', 500, 'These errors are usually caused by a server-side issue.')
    case 'error503':
      return new AwsError('ServiceUnavailableException', 503, 'Service Unavailable')
    case 'expired-token':
      return identityError('expired')
    case 'conflict-409':
      return new AwsError('ConflictException', 409, 'A conflicting operation is in progress')
    case 'access-denied':
      return new EcrError('AccessDeniedException', `User is not authorized to perform: ecr:${call.operation}`)
  }
}

function fail(error: AwsError): Answer {
  const body = { __type: error.code, message: error.message }
  return answer(error.status, { ...jsonHeaders(), ...error.headers }, JSON.stringify(body))
}

function jsonHeaders(): Record<string, string> {
  return { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': randomUUID() }
}
