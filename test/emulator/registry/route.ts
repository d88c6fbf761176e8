import type { HttpRequest } from '../protocol/protocol.ts'

/** What a `/v2/` request asks for. */
export type Route = { operation: string; write: boolean; repository: string; reference: string }

const patterns: [RegExp, (method: string) => { operation: string; write: boolean } | undefined][] = [
  [
    /^\/v2\/(.+)\/manifests\/([^/]+)$/,
    methods({
      GET: 'GetManifest',
      HEAD: 'HeadManifest',
      PUT: 'PutManifest',
      DELETE: 'DeleteManifest',
    }),
  ],
  [/^\/v2\/(.+)\/blobs\/uploads\/?()$/, methods({ POST: 'StartUpload' })],
  [
    /^\/v2\/(.+)\/blobs\/uploads\/([^/]+)$/,
    methods({
      GET: 'GetUpload',
      PATCH: 'UploadPart',
      PUT: 'CompleteUpload',
      DELETE: 'CancelUpload',
    }),
  ],
  [/^\/v2\/(.+)\/blobs\/([^/]+)$/, methods({ GET: 'GetBlob', HEAD: 'HeadBlob', DELETE: 'DeleteBlob' })],
  [/^\/v2\/(.+)\/tags\/list()$/, methods({ GET: 'ListTags' })],
  [/^\/v2\/(.+)\/referrers\/([^/]+)$/, methods({ GET: 'ListReferrers' })],
]
const reads = /^(?:Get|Head|List)/

/** Names the operation; `Unsupported` is a known path with a method that ECR refuses. */
export function routeRegistry(request: HttpRequest): Route {
  const path = decodePath(request.rawPath)
  if (/^\/v2\/?$/.test(path)) return { operation: 'Ping', write: false, repository: '', reference: '' }
  for (const [pattern, operationOf] of patterns) {
    const match = pattern.exec(path)
    if (!match) continue
    const known = operationOf(request.method) ?? { operation: 'Unsupported', write: false }
    return { ...known, repository: match[1] ?? '', reference: match[2] ?? '' }
  }
  return { operation: 'Unknown', write: false, repository: '', reference: '' }
}

function methods(table: Record<string, string>) {
  return (method: string): { operation: string; write: boolean } | undefined => {
    const operation = table[method]
    return operation === undefined ? undefined : { operation, write: !reads.test(operation) }
  }
}

/** A path without its percent-encoding; one that cannot be decoded stays as it is. */
export function decodePath(rawPath: string): string {
  try {
    return decodeURIComponent(rawPath)
  } catch {
    return rawPath
  }
}
