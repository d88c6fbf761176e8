import type { Identities, Identity } from '../iam/identities.ts'
import { anonymous, readScope } from '../iam/identities.ts'
import type { Answer, Call, HttpRequest, Service, ServiceName } from './protocol.ts'
import { AwsError, answer } from './protocol.ts'
import type { QueryFormat } from './query-format.ts'
import { awsQuery } from './query-format.ts'
import { readQueryInput } from './query-input.ts'
import type { Wording } from './wording.ts'
import { worded } from './wording.ts'
import type { Xml } from './xml.ts'
import { element } from './xml.ts'

/** A service that speaks AWS's query protocol: the operation is the parameter `Action`, the answer is XML. */
export type QueryApi<State> = {
  name: ServiceName
  /** The service in the credential scope. */
  scope: string
  version: string
  namespace: string
  /** Default: that of most services. */
  format?: QueryFormat
  operations: Record<string, (state: State, identity: Identity, input: unknown) => Xml>
  /** Operations that anyone may call, without credentials. */
  open?: readonly string[]
  /** The parameters that can be the subject of a request in the request log, the first that is there. */
  subjects: readonly string[]
  problems: Wording['problems']
}

/** The service on the wire; an operation whose name begins with Describe, Get or List is a read. */
export function queryService<State>(api: QueryApi<State>, state: State, identities: Identities): Service {
  const { identity } = api.format ?? awsQuery
  const { identify, problem } = worded({ problems: api.problems, identity }, identities)
  return {
    name: api.name,
    claims: request => {
      const scope = readScope(request)
      if (typeof scope === 'object') return scope.service === api.scope
      const form = formOf(request)
      return form.has('Action') && form.get('Version') === api.version
    },
    describe: request => describe(api, state, request),
    identify: (request, call) =>
      api.open?.includes(call.operation) ? anonymous('us-east-1') : identify(request, call),
    problem,
    fail: error => fail(api, error),
  }
}

function describe<State>(api: QueryApi<State>, state: State, request: HttpRequest): Call {
  const form = formOf(request)
  const operation = form.get('Action') ?? 'Unknown'
  const handle = Object.hasOwn(api.operations, operation) ? api.operations[operation] : undefined
  const run = (identity: Identity): Answer => {
    if (!handle) {
      const message = `Could not find operation ${operation} for version ${api.version}: the emulator does not know it`
      throw new AwsError('InvalidAction', 400, message)
    }
    const result = handle(state, identity, readQueryInput(form))
    return xml(api, 200, (api.format ?? awsQuery).answer(operation, result))
  }
  const subject = api.subjects.find(name => form.has(name)) ?? ''
  const write = handle !== undefined && !/^(?:Assume|Describe|Get|List)/.test(operation)
  return { operation, write, resource: form.get(subject) ?? '', run }
}

function fail<State>(api: QueryApi<State>, error: AwsError): Answer {
  return xml(api, error.status, (api.format ?? awsQuery).error(error))
}

type Document = ReturnType<QueryFormat['answer']>

function xml<State>({ namespace }: QueryApi<State>, status: number, { root, content }: Document): Answer {
  const body = element(root, content, ` xmlns="${namespace}"`)
  return answer(status, { 'content-type': 'text/xml' }, body)
}

function formOf(request: HttpRequest): URLSearchParams {
  const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')
  return isForm ? new URLSearchParams(request.body.toString('utf8')) : request.query
}
