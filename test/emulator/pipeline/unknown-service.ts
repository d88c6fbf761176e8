import { randomUUID } from 'node:crypto'
import { readScope } from '../iam/identities.ts'
import type { Answer, HttpRequest } from '../protocol/protocol.ts'
import { answer, requestId } from '../protocol/protocol.ts'
import { element } from '../protocol/xml.ts'

/** Services that answer XML to a request of which only its path says what it is for. */
const restXml = new Set(['cloudfront', 'route53', 's3-object-lambda', 's3-outposts', 's3express'])

/** Says in the protocol of a service that the emulator does not have it, so that the service's own client can read it. */
export function unknownService(request: HttpRequest): Answer {
  const scope = readScope(request)
  const name = typeof scope === 'object' ? scope.service : 'unsigned'
  const message = `This is a local emulator, not AWS, and it has no service '${name}' (${request.method} ${request.rawPath})`
  if (request.headers['x-amz-target'] !== undefined) return json(request, message)
  if (isQuery(request)) return query('InvalidAction', 400, message)
  // Not 404, which a client could take for something that is merely not there.
  if (restXml.has(name)) return query('NotImplemented', 501, message)
  const headers = { 'content-type': 'application/json', 'x-amzn-errortype': 'UnknownOperationException' }
  return answer(501, { ...headers, ...requestId() }, JSON.stringify({ message }))
}

function json(request: HttpRequest, message: string): Answer {
  const version = request.headers['content-type']?.endsWith('1.0') ? '1.0' : '1.1'
  const headers = { 'content-type': `application/x-amz-json-${version}`, ...requestId() }
  return answer(400, headers, JSON.stringify({ __type: 'UnknownOperationException', message }))
}

function query(Code: string, status: number, Message: string): Answer {
  const Type = status < 500 ? 'Sender' : 'Receiver'
  const body = element('ErrorResponse', { Error: { Type, Code, Message }, RequestId: randomUUID() })
  return answer(status, { 'content-type': 'text/xml', ...requestId() }, body)
}

function isQuery({ headers, query: parameters, body }: HttpRequest): boolean {
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false
  const form = isForm ? new URLSearchParams(body.toString('utf8')) : parameters
  return form.has('Action') && form.has('Version')
}
