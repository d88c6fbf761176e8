import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { request } from 'node:http'
import type { Target } from './state.ts'

/** What came of a request that was passed on. */
export type Passed =
  | { by: 'target'; status: number; durationMs: number }
  | { by: 'balancer'; status: 502 | 504 }

/** How long a target may take (Elastic Load Balancing user guide, "Load balancer attributes", idle timeout). */
const longestMs = 60_000

/** Passes a request on to a target, and its answer back: 502 if the target dies, 504 if it takes too long. */
export function passOn(message: IncomingMessage, response: ServerResponse, target: Target): Promise<Passed> {
  const began = performance.now()
  return new Promise(resolve => {
    const give = (status: 502 | 504) => {
      if (!response.headersSent) answerWith(response, status)
      else response.destroy()
      resolve({ by: 'balancer', status })
    }
    const { method, url: path } = message
    // A connection of its own: one that the target is about to close would look like a target that died.
    const options = {
      host: target.id,
      port: target.port,
      method,
      path,
      headers: forwarded(message),
      agent: false,
    }
    const outgoing = request(options, answer => {
      const { statusCode: status = 502 } = answer
      response.writeHead(status, endToEnd(answer.headers))
      answer.pipe(response)
      answer.once('end', () => resolve({ by: 'target', status, durationMs: performance.now() - began }))
      answer.once('error', () => give(502))
    })
    outgoing.setTimeout(longestMs, () => give(504))
    outgoing.once('error', () => give(502))
    // A client that goes away takes its request with it.
    response.once('close', () => {
      if (!response.writableFinished) outgoing.destroy()
    })
    message.pipe(outgoing)
  })
}

/** Answers as the load balancer itself does. */
export function answerWith(response: ServerResponse, status: number): void {
  response.writeHead(status, { server: 'awselb/2.0', 'content-type': 'text/plain' })
  response.end(`${status}\n`)
}

function forwarded({ socket, headers }: IncomingMessage): IncomingHttpHeaders {
  const from = socket.remoteAddress ?? ''
  const known = headers['x-forwarded-for']
  return {
    ...endToEnd(headers),
    'x-forwarded-for': known === undefined ? from : `${known}, ${from}`,
    'x-forwarded-proto': 'http',
    'x-forwarded-port': String(socket.localPort ?? ''),
  }
}

/** Leaves out what is about one connection only. */
function endToEnd({ connection: _, 'keep-alive': __, ...rest }: IncomingHttpHeaders): IncomingHttpHeaders {
  return rest
}
