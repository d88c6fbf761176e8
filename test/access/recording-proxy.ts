import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request to AWS as it was sent, and by whom. */
export type Recorded = {
  readonly by: string
  readonly method: string
  /** With the query, as sent. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** Of the answer; 0 until there is one. */
  status: number
}

/** Stands before an endpoint, notes every request, and passes it on as it is. */
export type RecordingProxy = {
  readonly url: string
  readonly recorded: Recorded[]
  /** Notes all that comes from now on under another name. */
  recordFor(name: string): void
  close(): Promise<void>
}

/** Starts a proxy on a free port of loopback. */
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
