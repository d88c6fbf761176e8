import { createServer, type IncomingMessage, request as send } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import type { OnFinished } from './cleanup.ts'

/** Where a gate closes for ever: at a request, before it arrives or before its answer does. */
export type Closing = { readonly at: number; readonly when: 'before' | 'after' }

/** What all requests of a process go through, so that a test can end it as a kill would. */
export type Gate = {
  /** The requests that came, as `POST /path`. */
  readonly lines: readonly string[]
  /** An address through which those of another server are reached. */
  through(url: string): Promise<string>
  /** Resolves once it has closed, and what had passed before is over. */
  readonly closed: Promise<void>
  readonly isClosed: () => boolean
}

/** Makes a gate; without `closing` it stays open. */
export function makeGate(onFinished: OnFinished, closing?: Closing): Gate {
  const lines: string[] = []
  const passing = new Set<Promise<unknown>>()
  const { promise: struck, resolve: strike } = Promise.withResolvers<void>()
  let isClosed = false
  const close = () => {
    isClosed = true
    strike()
  }
  return {
    lines,
    isClosed: () => isClosed,
    closed: struck.then(() => Promise.allSettled([...passing])).then(() => undefined),
    async through(url) {
      const server = createServer(async (request, answer) => {
        if (isClosed) return
        const isLast = lines.push(`${request.method} ${request.url}`) - 1 === closing?.at
        if (isLast && closing?.when === 'before') return close()
        const passed = forward(url, request)
        passing.add(passed)
        const { status, headers, body } = await passed
        if (isLast) close()
        // Whoever is killed learns of no answer.
        if (isClosed) return
        answer.writeHead(status, headers).end(body)
      })
      await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
      onFinished(
        () =>
          new Promise<void>(resolve => {
            server.close(() => resolve())
            server.closeAllConnections()
          }),
      )
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    },
  }
}

async function forward(url: string, request: IncomingMessage) {
  const body = await buffer(request)
  const { method = 'GET', headers, url: path = '/' } = request
  const response = await new Promise<IncomingMessage>((resolve, reject) =>
    send(new URL(path, url), { method, headers }, resolve).on('error', reject).end(body),
  )
  return { status: response.statusCode ?? 500, headers: response.headers, body: await buffer(response) }
}
