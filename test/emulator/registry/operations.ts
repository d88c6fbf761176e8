import type { Repository } from '../ecr/state.ts'
import type { Answer, HttpRequest } from '../protocol/protocol.ts'
import { decoded } from '../protocol/protocol.ts'
import * as blobs from './blobs.ts'
import * as manifests from './manifests.ts'

type Handler = (repository: Repository, reference: string, request: HttpRequest) => Answer

/** One operation: how it is asked for, the right that ECR asks for it, and what it does. */
export type RegistryOperation = {
  name: string
  method: string
  path: RegExp
  write: boolean
  action: string
  handle: Handler
}

/** What a `/v2/` request asks for: an operation, or why it is none. */
export type Route = {
  operation: RegistryOperation | 'Ping' | 'Unsupported' | 'Unknown'
  repository: string
  reference: string
}

const one = '/v2/{repository}'

/** Every operation that the emulator knows; of paths that a request matches, the first counts. */
const table: RegistryOperation[] = [
  operation('GetManifest', `GET ${one}/manifests/{reference}`, 'BatchGetImage', manifests.getManifest),
  operation('HeadManifest', `HEAD ${one}/manifests/{reference}`, 'BatchGetImage', manifests.getManifest),
  operation('PutManifest', `PUT ${one}/manifests/{reference}`, 'PutImage', manifests.putManifest),
  operation(
    'DeleteManifest',
    `DELETE ${one}/manifests/{reference}`,
    'BatchDeleteImage',
    manifests.deleteManifest,
  ),
  operation('StartUpload', `POST ${one}/blobs/uploads/?`, 'InitiateLayerUpload', (repository, _, request) =>
    blobs.startUpload(repository, request),
  ),
  operation('GetUpload', `GET ${one}/blobs/uploads/{reference}`, 'UploadLayerPart', blobs.getUpload),
  operation('UploadPart', `PATCH ${one}/blobs/uploads/{reference}`, 'UploadLayerPart', blobs.uploadPart),
  operation(
    'CompleteUpload',
    `PUT ${one}/blobs/uploads/{reference}`,
    'CompleteLayerUpload',
    blobs.completeUpload,
  ),
  operation('CancelUpload', `DELETE ${one}/blobs/uploads/{reference}`, 'UploadLayerPart', blobs.cancelUpload),
  operation('GetBlob', `GET ${one}/blobs/{reference}`, 'GetDownloadUrlForLayer', blobs.getBlob),
  operation('HeadBlob', `HEAD ${one}/blobs/{reference}`, 'BatchCheckLayerAvailability', blobs.getBlob),
  operation('DeleteBlob', `DELETE ${one}/blobs/{reference}`, 'BatchDeleteImage', blobs.deleteBlob),
  operation('ListTags', `GET ${one}/tags/list`, 'ListImages', (repository, _, request) =>
    manifests.listTags(repository, request),
  ),
  operation('ListReferrers', `GET ${one}/referrers/{reference}`, 'BatchGetImage', manifests.listReferrers),
]

/** Finds a request's operation; `Unsupported` is a known path with a method that ECR refuses. */
export function routeRegistry({ method, rawPath }: HttpRequest): Route {
  const path = decoded(rawPath)
  if (/^\/v2\/?$/.test(path)) return { operation: 'Ping', repository: '', reference: '' }
  const first = table.find(known => known.path.test(path))
  if (!first) return { operation: 'Unknown', repository: '', reference: '' }
  const { repository = '', reference = '' } = first.path.exec(path)?.groups ?? {}
  const asked = table.find(known => known.path.source === first.path.source && known.method === method)
  return { operation: asked ?? 'Unsupported', repository, reference }
}

function operation(name: string, address: string, action: string, handle: Handler): RegistryOperation {
  const [method = '', path = ''] = address.split(' ')
  const pattern = path
    .replace('{repository}', '(?<repository>.+)')
    .replace('{reference}', '(?<reference>[^/]+)')
  const write = !/^(?:Get|Head|List)/.test(name)
  return { name, method, path: new RegExp(`^${pattern}$`), write, action, handle }
}
