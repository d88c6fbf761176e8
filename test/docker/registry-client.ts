import type { Content } from './content.ts'
import { loopbackUrl } from './registry-host.ts'
import { StandInError } from './stand-in-error.ts'

/** A loopback registry and its basic credentials. */
export type Registry = { readonly url: string; readonly auth: string | undefined }

const LONGEST_REQUEST_MS = 30_000

/** Checks the credentials with the registry, or throws docker's message. */
export async function checkLogin(registry: Registry): Promise<void> {
  const response = await send(registry, 'GET', '/v2/')
  await response.arrayBuffer()
  if (response.ok) return
  const status = `${response.status} ${response.statusText}`.trim()
  throw new StandInError(
    `Error response from daemon: login attempt to ${registry.url}/v2/ failed with status: ${status}`,
  )
}

/** Uploads a blob unless the repository already has it. */
export async function pushBlob(registry: Registry, repository: string, blob: Content): Promise<void> {
  const known = await send(registry, 'HEAD', `/v2/${repository}/blobs/${blob.digest}`)
  if (known.ok) return
  const started = await send(registry, 'POST', `/v2/${repository}/blobs/uploads/`)
  await requireOk(started, 'blob upload')
  const location = new URL(started.headers.get('location') ?? '', registry.url)
  location.searchParams.set('digest', blob.digest)
  const done = await send(registry, 'PUT', location.href, blob.bytes, 'application/octet-stream')
  await requireOk(done, `blob ${blob.digest}`)
}

/** Puts a manifest under a tag or its digest, unless that already has the same bytes. */
export async function pushManifest(
  registry: Registry,
  repository: string,
  reference: string,
  manifest: Content,
): Promise<void> {
  const path = `/v2/${repository}/manifests/${reference}`
  const known = await send(registry, 'HEAD', path, undefined, undefined, manifest.mediaType)
  // Like buildx. Without it an immutable repository would refuse the same manifest again.
  if (known.ok && known.headers.get('docker-content-digest') === manifest.digest) return
  const done = await send(registry, 'PUT', path, manifest.bytes, manifest.mediaType)
  await requireOk(done, `manifest ${reference}`)
}

async function send(
  registry: Registry,
  method: string,
  pathOrUrl: string,
  body?: Buffer,
  contentType?: string,
  accept?: string,
): Promise<Response> {
  const url = new URL(pathOrUrl, registry.url)
  // The registry chooses an upload's location, which must not send the credentials elsewhere.
  if (loopbackUrl(url.host) !== registry.url)
    throw new StandInError(`docker: ${url.origin} is another registry`)
  const headers = {
    ...(registry.auth === undefined ? {} : { Authorization: `Basic ${registry.auth}` }),
    ...(contentType === undefined ? {} : { 'Content-Type': contentType }),
    ...(accept === undefined ? {} : { Accept: accept }),
  }
  const signal = AbortSignal.timeout(LONGEST_REQUEST_MS)
  try {
    return await fetch(url, {
      method,
      headers,
      signal,
      redirect: 'manual',
      ...(body === undefined ? {} : { body: new Uint8Array(body) }),
    })
  } catch (error) {
    throw new StandInError(`docker: ${method} ${url.origin}${url.pathname}: ${reasonOf(error)}`)
  }
}

async function requireOk(response: Response, what: string): Promise<void> {
  const body = await response.text()
  if (response.ok) return
  const status = `${response.status} ${response.statusText}`.trim()
  throw new StandInError(`${what}: the registry answered ${status}${errorsIn(body)}`)
}

/** A registry's error messages from `{"errors":[{"code","message"}]}`, or else its body. */
function errorsIn(body: string): string {
  if (body === '') return ''
  try {
    const { errors } = JSON.parse(body) as { errors: readonly { code?: string; message?: string }[] }
    return errors.map(({ code, message }) => `: ${code}: ${message}`).join('')
  } catch {
    return `: ${body.slice(0, 1_000)}`
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? error.cause.message || String(error.cause) : error.message
}
