import { randomUUID } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import type { Identities, Identity } from '../iam/identities.ts'
import { readScope } from '../iam/identities.ts'
import { readJsonObject } from './json-input.ts'
import type { Answer, Call, HttpRequest, Service, ServiceName } from './protocol.ts'
import { AwsError, answer } from './protocol.ts'
import type { Wording } from './wording.ts'
import { jsonIdentityWords, worded } from './wording.ts'

/** A service that speaks AWS's JSON protocol: the operation in `X-Amz-Target`, everything else in the body. */
export type JsonApi<State> = {
  name: ServiceName
  /** The service in the credential scope. */
  scope: string
  /** What stands before the operation in `X-Amz-Target`. */
  target: string
  version: '1.0' | '1.1'
  operations: Record<string, (state: State, identity: Identity, input: unknown) => object>
  /** What the request log calls the subject of a request. */
  resource: (input: Record<string, unknown>) => string
  problems: Wording['problems']
  errorHeaders?: (error: AwsError) => Record<string, string>
}

const read = /^(?:Batch)?(?:Check|Describe|Filter|Get|List)/

/** The service on the wire; an operation whose name begins with Check, Describe, Filter, Get or List is a read. */
export function jsonService<State>(api: JsonApi<State>, state: State, identities: Identities): Service {
  const headers = () => ({
    'content-type': `application/x-amz-json-${api.version}`,
    'x-amzn-requestid': randomUUID(),
  })
  return {
    name: api.name,
    // What nobody signed is this service's to refuse, too.
    claims: request => {
      const scope = readScope(request)
      if (typeof scope === 'object') return scope.service === api.scope
      return request.headers['x-amz-target']?.startsWith(`${api.target}.`) ?? false
    },
    describe: request => describe(api, state, request, headers),
    ...worded({ problems: api.problems, identity: jsonIdentityWords(400) }, identities),
    fail: error => {
      const body = JSON.stringify({ __type: error.code, message: error.message })
      return answer(error.status, { ...headers(), ...api.errorHeaders?.(error), ...error.headers }, body)
    },
  }
}

function describe<State>(
  api: JsonApi<State>,
  state: State,
  request: HttpRequest,
  headers: () => Record<string, string>,
): Call {
  const target = request.headers['x-amz-target'] ?? ''
  const operation = target.startsWith(`${api.target}.`) ? target.slice(api.target.length + 1) : 'Unknown'
  const handle = Object.hasOwn(api.operations, operation) ? api.operations[operation] : undefined
  const input = readJsonObject(bodyOf(request))
  const run = (identity: Identity): Answer => {
    if (!handle) {
      const message = `The emulator does not know the operation '${operation}' of ${api.name}`
      throw new AwsError('UnknownOperationException', 400, message)
    }
    if (!input) throw new AwsError('SerializationException', 400, 'The request body is not a JSON object')
    return answer(200, headers(), JSON.stringify(handle(state, identity, input)))
  }
  const write = handle !== undefined && !read.test(operation)
  return { operation, write, resource: api.resource(input ?? {}), run }
}

/** The SDK compresses large bodies of PutMetricData (Smithy, requestCompression trait). */
function bodyOf({ headers, body }: HttpRequest): Buffer {
  if (headers['content-encoding'] !== 'gzip') return body
  try {
    return gunzipSync(body)
  } catch {
    return Buffer.from('not gzip')
  }
}
