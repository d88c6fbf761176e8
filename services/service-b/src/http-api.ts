/** The part of an API Gateway HTTP API event (payload format 2.0) that this service reads. */
export type HttpApiEvent = {
  readonly rawPath: string
  readonly requestContext: { readonly http: { readonly method: string } }
  readonly body?: string
  readonly isBase64Encoded?: boolean
}

/** What an HTTP API answers its client with. */
export type HttpApiResult = {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Makes an answer with one JSON document. */
export function jsonResult(
  statusCode: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): HttpApiResult {
  return {
    statusCode,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', ...headers },
    body: JSON.stringify(value),
  }
}

/** Reads an event's body as JSON; undefined when it is none. */
export function readJson(event: HttpApiEvent): unknown {
  const body = event.body ?? ''
  try {
    return JSON.parse(event.isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body)
  } catch {
    return undefined
  }
}
