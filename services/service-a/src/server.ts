import { createServer, type IncomingMessage, type Server } from 'node:http'
import { HttpError, type Reply, readJson, sendReply } from './http.ts'
import { quote, readParcel } from './quote.ts'
import type { Settings } from './settings.ts'

const MOST_BODY_BYTES = 16 * 1024

type Identity = Pick<Settings, 'release' | 'commit'>
type Handler = (request: IncomingMessage) => Reply | Promise<Reply>
type Routes = ReadonlyMap<string, Readonly<Record<string, Handler>>>

/** Makes the service's HTTP server, which does not listen yet. */
export function makeServer(identity: Identity): Server {
  const routes = makeRoutes(identity)
  const server = createServer(async (request, response) => {
    const reply = await answer(routes, request)
    // When the server is closing, a client that keeps its connection would hold up the shutdown.
    if (!server.listening) response.setHeader('Connection', 'close')
    sendReply(response, reply)
  })
  server.requestTimeout = 10_000
  return server
}

function makeRoutes({ release, commit }: Identity): Routes {
  const health: Handler = () => ({
    status: 200,
    body: { status: 'ok', service: 'service-a', release, commit },
  })
  return new Map([
    ['/health', { GET: health, HEAD: health }],
    ['/quotes', { POST: postQuote }],
  ])
}

async function postQuote(request: IncomingMessage): Promise<Reply> {
  const result = readParcel(await readJson(request, MOST_BODY_BYTES))
  if (!result.ok) throw new HttpError(400, 'the parcel is not valid', { details: result.problems })
  return { status: 200, body: quote(result.parcel) }
}

async function answer(routes: Routes, request: IncomingMessage): Promise<Reply> {
  try {
    return await findHandler(routes, request)(request)
  } catch (error) {
    if (error instanceof HttpError) return errorReply(error)
    // A client that went away in the middle of its request is no fault of the service.
    if (!request.readableAborted)
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
    return { status: 500, body: { error: 'the service failed; the request can be sent again' } }
  }
}

function findHandler(routes: Routes, request: IncomingMessage): Handler {
  const path = (request.url ?? '/').split('?')[0] ?? '/'
  const methods = routes.get(path)
  if (methods === undefined) throw new HttpError(404, `there is nothing at ${path}`)
  const method = request.method ?? 'GET'
  const handler = Object.hasOwn(methods, method) ? methods[method] : undefined
  if (handler !== undefined) return handler
  const allowed = Object.keys(methods).join(', ')
  throw new HttpError(405, `${path} answers ${allowed} only`, { headers: { Allow: allowed } })
}

function errorReply({ status, message, details, headers }: HttpError): Reply {
  return { status, headers, body: { error: message, ...(details.length > 0 ? { details } : {}) } }
}
