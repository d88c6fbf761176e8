import { normaliseAddress } from './address.ts'
import { type HttpApiEvent, type HttpApiResult, jsonResult, readJson } from './http-api.ts'

type Handler = (event: HttpApiEvent) => HttpApiResult

const ROUTES: ReadonlyMap<string, { readonly method: string; readonly handle: Handler }> = new Map([
  ['/health', { method: 'GET', handle: getHealth }],
  ['/addresses/normalise', { method: 'POST', handle: postAddress }],
])

/** Answers one request of an API Gateway HTTP API or of a function URL. */
export async function handler(event: HttpApiEvent): Promise<HttpApiResult> {
  const route = ROUTES.get(event.rawPath)
  if (route === undefined) return jsonResult(404, { error: `there is nothing at ${event.rawPath}` })
  if (route.method === event.requestContext.http.method) return route.handle(event)
  return jsonResult(405, { error: `${event.rawPath} answers ${route.method} only` }, { allow: route.method })
}

function getHealth(): HttpApiResult {
  return jsonResult(200, {
    status: 'ok',
    service: 'service-b',
    release: process.env.RELEASE || 'unknown',
    commit: process.env.COMMIT || 'unknown',
  })
}

function postAddress(event: HttpApiEvent): HttpApiResult {
  const value = readJson(event)
  if (value === undefined) return jsonResult(400, { error: 'the body is not valid JSON' })
  const result = normaliseAddress(value)
  if (result.ok) return jsonResult(200, result.address)
  return jsonResult(400, { error: 'the address is not valid', details: result.problems })
}
