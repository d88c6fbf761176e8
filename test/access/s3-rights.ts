import type { Recorded } from './recording-proxy.ts'
import type { Right } from './rights.ts'

const settings: Readonly<Record<string, string>> = {
  encryption: 's3:GetEncryptionConfiguration',
  lifecycle: 's3:GetLifecycleConfiguration',
  'object-lock': 's3:GetBucketObjectLockConfiguration',
  policy: 's3:GetBucketPolicy',
  publicAccessBlock: 's3:GetBucketPublicAccessBlock',
  versioning: 's3:GetBucketVersioning',
}

/** The rights that a path-style request to S3 needs (Amazon S3 user guide, "Required permissions for Amazon S3 API operations"). */
export function s3Rights(request: Recorded): Right[] {
  const { pathname, searchParams } = new URL(request.path, 'http://s3')
  const [, bucket = '', encoded = ''] = /^\/([^/]+)\/?(.*)$/.exec(pathname) ?? []
  const arn = `arn:aws:s3:::${bucket}`
  const key = decodeURIComponent(encoded)
  return key === ''
    ? bucketRights(request, arn, searchParams)
    : [...objectRights(request, `${arn}/${key}`, searchParams), ...toldMissing(request, arn)]
}

/** A caller that may not list the bucket gets 403 instead of 404 for a missing key. */
function toldMissing({ method, status }: Recorded, resource: string): Right[] {
  const reads = method === 'GET' || method === 'HEAD'
  return reads && status === 404 ? [{ action: 's3:ListBucket', resource }] : []
}

function bucketRights({ method, path }: Recorded, resource: string, query: URLSearchParams): Right[] {
  const setting = Object.keys(settings).find(name => query.has(name))
  if (method === 'GET' && setting !== undefined) return [{ action: settings[setting] ?? '', resource }]
  const lists = method === 'HEAD' || (method === 'GET' && query.has('list-type'))
  if (lists) return [{ action: 's3:ListBucket', resource }]
  if (method === 'GET' && query.has('versions'))
    return [
      { action: 's3:ListBucketVersions', resource, context: { 's3:prefix': query.get('prefix') ?? '' } },
    ]
  throw new Error(`no table has S3 ${method} ${path}`)
}

function objectRights(request: Recorded, resource: string, query: URLSearchParams): Right[] {
  const { method, headers, path } = request
  const known = [...query.keys()].every(name => ['versionId', 'x-id', 'partNumber'].includes(name))
  if (!known) throw new Error(`no table has S3 ${method} ${path}`)
  const version = query.has('versionId') ? 'Version' : ''
  if (method === 'GET' || method === 'HEAD') return [{ action: `s3:GetObject${version}`, resource }]
  if (method === 'DELETE') return [{ action: `s3:DeleteObject${version}`, resource }]
  if (method !== 'PUT') throw new Error(`no table has S3 ${method} ${path}`)
  const tagging = headers['x-amz-tagging'] === undefined ? [] : ['s3:PutObjectTagging']
  const written = ['s3:PutObject', ...tagging].map(action => ({ action, resource }))
  return [...copied(headers['x-amz-copy-source']), ...written]
}

/** A copy reads its source with its tags, by the version that it names. */
function copied(source: string | undefined): Right[] {
  if (source === undefined) return []
  const [, path = '', version] = /^\/?(.+?)(\?versionId=.+)?$/.exec(decodeURIComponent(source)) ?? []
  const kind = version === undefined ? '' : 'Version'
  return [`s3:GetObject${kind}`, `s3:GetObject${kind}Tagging`].map(action => ({
    action,
    resource: `arn:aws:s3:::${path}`,
  }))
}
