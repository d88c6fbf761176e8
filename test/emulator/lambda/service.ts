import type { Identities, Identity } from '../iam/identities.ts'
import { readScope } from '../iam/identities.ts'
import { readJsonObject } from '../protocol/json-input.ts'
import type { Answer, AwsError, Call, HttpRequest, Service } from '../protocol/protocol.ts'
import { answer, refusedCall, requestId } from '../protocol/protocol.ts'
import type { Wording } from '../protocol/wording.ts'
import { jsonIdentityWords, jsonProblems, worded } from '../protocol/wording.ts'
import { lambdaError } from './errors.ts'
import { addressSchema, readInput } from './input.ts'
import type { Routed } from './operations.ts'
import { routeLambda } from './operations.ts'
import type { LambdaState } from './state.ts'

const wording: Wording = {
  problems: jsonProblems('lambda', {
    throttle: ['TooManyRequestsException', 429, 'Rate exceeded'],
    error500: ['ServiceException', 500, 'An error occurred and the request cannot be processed.'],
    'conflict-409': [
      'ResourceConflictException',
      409,
      'The operation cannot be performed at this time. An update is in progress for resource.',
    ],
    'access-denied': ['AccessDeniedException', 403, 'User is not authorized to perform: lambda:{operation}'],
  }),
  identity: jsonIdentityWords(403),
}

/** Lambda's REST API. */
export function lambdaService(state: LambdaState, identities: Identities): Service {
  return {
    name: 'lambda',
    claims: request => {
      const scope = readScope(request)
      return typeof scope === 'object' && scope.service === 'lambda'
    },
    describe: request => describe(state, request),
    ...worded(wording, identities),
    fail,
  }
}

function describe(state: LambdaState, request: HttpRequest): Call {
  const routed = routeLambda(request.method, request.rawPath)
  if (!routed) {
    const message = `The emulator does not know the Lambda request ${request.method} ${request.rawPath}`
    return refusedCall('Unknown', lambdaError('UnknownOperationException', message))
  }
  const { operation } = routed
  // The body of an invocation is the function's own business.
  const input = operation.name === 'Invoke' ? {} : readJsonObject(request.body)
  const qualifier = request.query.get('Qualifier') ?? routed.qualifier
  const run = async (identity: Identity): Promise<Answer> => {
    if (!input) throw lambdaError('InvalidRequestContentException', 'Could not parse request body into json')
    readInput(addressSchema, addressed({ ...routed, qualifier }))
    const { query, headers, body } = request
    const { name, statementId } = routed
    const asked = { name, qualifier, statementId, query, headers, input, body }
    const result = await operation.handle({ state, identity, ...asked })
    if (result && 'status' in result) return { ...result, headers: { ...requestId(), ...result.headers } }
    if (result === undefined) return answer(operation.status, requestId())
    const type = { 'content-type': 'application/json' }
    return answer(operation.status, { ...type, ...requestId() }, JSON.stringify(result))
  }
  return {
    operation: operation.name,
    write: operation.write,
    resource: resourceOf({ ...routed, qualifier }, input),
    run,
  }
}

function addressed({ name, qualifier }: Routed): object {
  const functionName = name === '' ? {} : { functionName: name }
  return { ...functionName, ...(qualifier === undefined ? {} : { qualifier }) }
}

function resourceOf({ name, qualifier }: Routed, input: Record<string, unknown> | undefined): string {
  const subject = name || String(input?.FunctionName ?? '')
  const alias = qualifier ?? (name === '' ? undefined : input?.Name)
  return typeof alias === 'string' ? `${subject}:${alias}` : subject
}

function fail(error: AwsError): Answer {
  const headers = { 'content-type': 'application/json', 'x-amzn-errortype': error.code, ...requestId() }
  const body = { ...error.fields, message: error.message }
  return answer(error.status, { ...headers, ...error.headers }, JSON.stringify(body))
}
