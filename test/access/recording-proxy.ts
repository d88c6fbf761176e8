import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request to AWS, and the role that sent it. */
export type Recorded = {
  readonly by: string
  readonly method: string
  /** As sent, with the query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** The status of the answer; 0 until there is one. */
  status: number
}

/** A proxy in front of an endpoint: it records each request and forwards it unchanged. */
export type RecordingProxy = {
  readonly url: string
  readonly recorded: Recorded[]
  /** Records all further requests under another name. */
  recordFor(name: string): void
  close(): Promise<void>
}

/** Starts a proxy on a free loopback port. */
export async function startRecordingProxy(endpoint: string): Promise<RecordingProxy> {
  const target = new URL(endpoint)
  const recorded: Recorded[] = []
  let by = 'nobody'
  const server = createServer(async (incoming, answer) => {
    const body = Buffer.concat(await incoming.toArray())
    const { method = '', url: path = '', headers } = incoming
    const entry = { by, method, path, headers: headers as Record<string, string>, body, status: 0 }
    recorded.push(entry)
    answer.once('finish', () => {
      entry.status = answer.statusCode
    })
    pass(target, incoming, body, answer)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    recorded,
    recordFor: name => {
      by = name
    },
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function pass(target: URL, { method, url, headers }: IncomingMessage, body: Buffer, answer: ServerResponse) {
  const { hostname, port } = target
  const sent = request({ hostname, port, method, path: url, headers, agent: false }, received => {
    answer.writeHead(received.statusCode ?? 502, received.headers)
    received.pipe(answer)
  })
  sent.on('error', () => answer.destroy())
  sent.end(body)
}
