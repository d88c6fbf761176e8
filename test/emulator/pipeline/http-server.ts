import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../clock.ts'
import type { Answer, HttpRequest } from '../protocol/protocol.ts'
import type { Delivery } from './serve.ts'

/** Answers one request through `deliver`, which resolves to the number of body bytes sent. */
export type Handler = (
  request: HttpRequest,
  deliver: (delivery: Delivery) => Promise<number>,
) => Promise<void>

/** Listens on loopback; rejects when the port is taken. */
export async function listen(
  port: number,
  clock: Clock,
  handler: Handler,
): Promise<{ server: Server; port: number }> {
  const server = createServer((message, response) => {
    // Clients take the time of AWS from this header, so it goes by the clock that tests put forward.
    const dated: Handler = (request, deliver) =>
      handler(request, delivery => {
        response.setHeader('date', new Date(clock.now()).toUTCString())
        return deliver(delivery)
      })
    void handle(message, response, dated).catch(() => message.socket.destroy())
  })
  return { server, port: await bind(server, port) }
}

/** Has a server listen on a port of loopback, 0 for a free one, and answers which; rejects when the port is taken. */
export async function bind(server: Server, port: number): Promise<number> {
  // A server that closes idle connections first races with the client's next request on them.
  server.keepAliveTimeout = 600_000
  server.requestTimeout = 0
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      resolve()
    })
  })
  return (server.address() as AddressInfo).port
}

/** Stops listening and destroys every open connection. */
export function closeServer(server: Server): Promise<void> {
  return new Promise(resolve => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

async function handle(message: IncomingMessage, response: ServerResponse, handler: Handler): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk as Buffer)
  const [rawPath = '/', ...rest] = (message.url ?? '/').split('?')
  const request: HttpRequest = {
    method: message.method ?? 'GET',
    rawPath,
    query: new URLSearchParams(rest.join('?')),
    headers: flatten(message),
    body: Buffer.concat(chunks),
    host: message.headers.host ?? '',
  }
  await handler(request, delivery => send(message, response, delivery))
}

function flatten(message: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return headers
}

async function send(message: IncomingMessage, response: ServerResponse, delivery: Delivery): Promise<number> {
  const { how, answer } = delivery
  // The client may be gone already, killed by a test.
  if (how === 'never' || message.socket.destroyed) return 0
  if (how === 'cut' || (how === 'half' && answer.body.length === 0)) {
    message.socket.resetAndDestroy()
    return 0
  }
  if (how === 'drip' || how === 'endless') return await sendForEver(response, answer, how)
  writeHead(response, answer)
  if (how === 'send') {
    await finish(response, answer.body)
    return answer.body.length
  }
  const half = answer.body.subarray(0, Math.floor(answer.body.length / 2))
  response.flushHeaders()
  if (half.length > 0) await new Promise<void>(resolve => response.write(half, () => resolve()))
  message.socket.destroy()
  return half.length
}

const spaces = Buffer.alloc(1024 ** 2, ' ')
const dripMs = 20

/** Sends an answer and then spaces, until the client goes away. */
async function sendForEver(
  response: ServerResponse,
  { status, headers, body }: Answer,
  how: 'drip' | 'endless',
): Promise<number> {
  const { 'content-length': _, ...others } = headers
  response.writeHead(status, others)
  response.write(body)
  const closed = new Promise(resolve => response.once('close', resolve))
  let sent = body.length
  while (!response.destroyed) {
    const part = how === 'drip' ? spaces.subarray(0, 1) : spaces
    // A client that reads no more leaves the write open, and then goes away.
    await Promise.race([new Promise(resolve => response.write(part, resolve)), closed])
    if (how === 'drip') await sleep(dripMs)
    sent += part.length
  }
  return sent
}

function finish(response: ServerResponse, body: Buffer): Promise<void> {
  return new Promise(resolve => {
    // A client that went away must not leave the request open for ever.
    response.once('close', () => resolve())
    response.end(body)
  })
}

function writeHead(response: ServerResponse, answer: Answer): void {
  const bodiless = answer.status === 204 || answer.status === 304
  const length =
    'content-length' in answer.headers || bodiless ? {} : { 'content-length': String(answer.body.length) }
  response.writeHead(answer.status, { server: 'waybill-emulator (not AWS)', ...length, ...answer.headers })
}
