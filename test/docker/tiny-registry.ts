import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

/** An in-memory registry for one repository with immutable tags, behind a password. */
export type TinyRegistry = {
  readonly host: string
  readonly blobs: Map<string, Buffer>
  /** By tag and by digest. */
  readonly manifests: Map<string, { readonly bytes: Buffer; readonly mediaType: string }>
  /** Method and path of every request. */
  readonly requests: string[]
  readonly close: () => Promise<void>
}

type Answer = { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string }

/** Starts a registry on a free loopback port. */
export async function startTinyRegistry(password: string): Promise<TinyRegistry> {
  const authorization = `Basic ${Buffer.from(`AWS:${password}`).toString('base64')}`
  const store = { blobs: new Map(), manifests: new Map(), requests: [] } satisfies Partial<TinyRegistry>
  const server = createServer(async (request, response) => {
    const body = await buffer(request)
    const isKnown = request.headers.authorization === authorization
    const {
      status,
      headers,
      body: text,
    } = isKnown ? answer(store, request, body) : refuse(401, 'UNAUTHORIZED', 'who is it?')
    response.writeHead(status, headers).end(text)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const close = async () => {
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  }
  return { ...store, host: `127.0.0.1:${(server.address() as AddressInfo).port}`, close }
}

function answer(store: Omit<TinyRegistry, 'host' | 'close'>, request: IncomingMessage, body: Buffer): Answer {
  const url = new URL(request.url ?? '/', 'http://registry')
  store.requests.push(`${request.method} ${url.pathname}`)
  const [, version, , kind, reference = ''] = url.pathname.split('/')
  if (version !== 'v2') return { status: 404 }
  if (kind === undefined) return { status: 200 }
  if (kind === 'manifests' && request.method === 'HEAD') return headManifest(store, reference)
  if (kind === 'manifests' && request.method === 'PUT') return putManifest(store, request, reference, body)
  if (request.method === 'HEAD') return { status: store.blobs.has(reference) ? 200 : 404 }
  if (request.method === 'POST') return { status: 202, headers: { location: `${url.pathname}1?state=x` } }
  return putBlob(store, url.searchParams.get('digest') ?? '', body)
}

function headManifest(store: Pick<TinyRegistry, 'manifests'>, reference: string): Answer {
  const known = store.manifests.get(reference)
  if (known === undefined) return { status: 404 }
  return { status: 200, headers: { 'docker-content-digest': sha256(known.bytes) } }
}

function putManifest(
  store: Pick<TinyRegistry, 'blobs' | 'manifests'>,
  request: IncomingMessage,
  reference: string,
  bytes: Buffer,
): Answer {
  const { config, layers = [], manifests = [] } = JSON.parse(bytes.toString())
  const missing = [config, ...layers].some(part => part !== undefined && !store.blobs.has(part.digest))
  if (missing) return refuse(404, 'BLOB_UNKNOWN', 'push the blobs first')
  const orphan = manifests.some((child: { digest: string }) => !store.manifests.has(child.digest))
  if (orphan) return refuse(404, 'MANIFEST_UNKNOWN', 'push what the index names first')
  if (store.manifests.has(reference)) return refuse(400, 'TAG_INVALID', `the tag '${reference}' is immutable`)
  const manifest = { bytes, mediaType: request.headers['content-type'] ?? '' }
  store.manifests.set(reference, manifest).set(sha256(bytes), manifest)
  return { status: 201 }
}

function putBlob(store: Pick<TinyRegistry, 'blobs'>, digest: string, bytes: Buffer): Answer {
  if (digest !== sha256(bytes)) return refuse(400, 'DIGEST_INVALID', `these bytes are not ${digest}`)
  store.blobs.set(digest, bytes)
  return { status: 201 }
}

function refuse(status: number, code: string, message: string): Answer {
  return { status, body: JSON.stringify({ errors: [{ code, message }] }) }
}

function sha256(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}
