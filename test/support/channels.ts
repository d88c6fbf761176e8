import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { OnFinished } from './cleanup.ts'

/** A request that the server has got. */
export type Received = {
  readonly line: string
  readonly token: string | undefined
  readonly body: Record<string, unknown>
}

/** What the server does with a request in place of taking it: an answer, or none. */
export type Refusal =
  | 'silence'
  | { readonly status: number; readonly headers?: Record<string, string>; readonly text?: string }

/** A server that webhooks and GitHub's deployments are sent to. */
export type ChannelServer = {
  readonly url: string
  readonly received: Received[]
  /** What comes in place of the next answers. */
  readonly refusals: Refusal[]
  /** What was sent to the webhook. */
  said(): string[]
}

type Deployment = { readonly id: number; readonly ref: unknown; readonly payload: unknown }

/** Starts such a server on loopback: `/hook` takes notices, and below `/api` is a GitHub with one repository. */
export async function startChannels(onFinished: OnFinished): Promise<ChannelServer> {
  const received: Received[] = []
  const refusals: Refusal[] = []
  const deployments: Deployment[] = []
  const server = createServer(async (request, answer) => {
    const one = await receive(request)
    received.push(one)
    const refusal = refusals.shift()
    if (refusal === 'silence') return
    if (refusal !== undefined)
      return void answer.writeHead(refusal.status, refusal.headers).end(refusal.text ?? '')
    const [status, body] = answerTo(one, deployments)
    answer.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onFinished(
    () =>
      new Promise<void>(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  )
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    refusals,
    said: () => received.filter(({ line }) => line === 'POST /hook').map(({ body }) => String(body.text)),
  }
}

async function receive(request: IncomingMessage): Promise<Received> {
  const body = await text(request)
  const { method = '', url = '', headers } = request
  return { line: `${method} ${url}`, token: headers.authorization, body: body === '' ? {} : JSON.parse(body) }
}

/** As GitHub answers (GitHub REST API, "Deployments", "Artifact metadata"). */
function answerTo({ line, body }: Received, deployments: Deployment[]): [status: number, body: unknown] {
  const base = '/api/repos/acme/parcels/deployments'
  if (line === 'POST /hook') return [200, 'ok']
  if (line === 'POST /api/orgs/acme/artifacts/metadata/deployment-record')
    return [200, { total_count: 1, deployment_records: [] }]
  if (line.startsWith(`GET ${base}?`)) {
    const ref = new URLSearchParams(line.slice(line.indexOf('?'))).get('ref')
    return [200, deployments.filter(one => one.ref === ref)]
  }
  if (line === `POST ${base}`) {
    const deployment = { id: deployments.length + 1, ref: body.ref, payload: body.payload }
    deployments.push(deployment)
    return [201, deployment]
  }
  const id = /^POST .*\/deployments\/(\d+)\/statuses$/.exec(line)?.[1]
  if (id !== undefined && deployments.some(one => one.id === Number(id))) return [201, { id: 1 }]
  return [404, { message: 'Not Found' }]
}
