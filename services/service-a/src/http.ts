import type { IncomingMessage, ServerResponse } from 'node:http'

/** What a request is answered with. */
export type Reply = {
  readonly status: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** A request that is answered with an error; thrown by whatever finds the fault. */
export class HttpError extends Error {
  override readonly name = 'HttpError'
  readonly status: number
  readonly details: readonly string[]
  readonly headers: Readonly<Record<string, string>>

  constructor(
    status: number,
    message: string,
    more: { details?: readonly string[]; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message)
    this.status = status
    this.details = more.details ?? []
    this.headers = more.headers ?? {}
  }
}

/** Reads a request's body as JSON; throws an HttpError when it is no JSON or longer than `mostBytes`. */
export async function readJson(request: IncomingMessage, mostBytes: number): Promise<unknown> {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/json') throw new HttpError(415, 'the content type must be application/json')
  const body = await readBody(request, mostBytes)
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    throw new HttpError(400, 'the body is not valid JSON')
  }
}

/** Sends a reply as one JSON document; without its body when the request was a HEAD. */
export function sendReply(response: ServerResponse, reply: Reply): void {
  const body = Buffer.from(`${JSON.stringify(reply.body)}\n`)
  response.writeHead(reply.status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': body.length,
    'Cache-Control': 'no-store',
    ...reply.headers,
  })
  response.end(response.req.method === 'HEAD' ? undefined : body)
}

async function readBody(request: IncomingMessage, mostBytes: number): Promise<Buffer> {
  const tooLarge = new HttpError(413, `the body is larger than ${mostBytes} bytes`, {
    // The rest of the body is not read, so the connection cannot carry another request.
    headers: { Connection: 'close' },
  })
  if (Number(request.headers['content-length'] ?? 0) > mostBytes) throw tooLarge
  const chunks: Buffer[] = []
  let bytes = 0
  // Leaving the loop must not destroy the request: its socket still has to carry the answer.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    bytes += chunk.length
    if (bytes > mostBytes) throw tooLarge
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
