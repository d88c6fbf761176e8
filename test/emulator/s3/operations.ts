import type { Answer, HttpRequest } from '../protocol/protocol.ts'
import * as buckets from './buckets.ts'
import { copyObject } from './copy-object.ts'
import { deleteObjects } from './delete-objects.ts'
import { deleteDocument, documentKinds, getDocument, lockConfiguration, putDocument } from './documents.ts'
import { getObject, getObjectAttributes, headObject } from './get-object.ts'
import { listObjects, listObjectsV2, listObjectVersions } from './list-objects.ts'
import * as multipart from './multipart.ts'
import * as lock from './object-lock.ts'
import { deleteObjectTagging, getObjectTagging, putObjectTagging } from './object-tagging.ts'
import { deleteObject, putObject } from './put-object.ts'
import type { S3Call } from './state.ts'

/** One operation: its name, the right that it needs, and what it does. */
export type S3Operation = { name: string; action: string; write: boolean; handle: (call: S3Call) => Answer }

type Level = 'service' | 'bucket' | 'object'

/** Operations by `level method subresource`; without a subresource the last part is empty. */
const table = new Map<string, S3Operation>()
add('service GET ', 'ListBuckets', buckets.listBuckets, 's3:ListAllMyBuckets')
add('bucket PUT ', 'CreateBucket', buckets.createBucket)
add('bucket DELETE ', 'DeleteBucket', buckets.deleteBucket)
add('bucket HEAD ', 'HeadBucket', buckets.headBucket, 's3:ListBucket')
add('bucket GET ', 'ListObjects', listObjects, 's3:ListBucket')
add('bucket GET list-type', 'ListObjectsV2', listObjectsV2, 's3:ListBucket')
add('bucket GET versions', 'ListObjectVersions', listObjectVersions, 's3:ListBucketVersions')
add(
  'bucket GET uploads',
  'ListMultipartUploads',
  multipart.listMultipartUploads,
  's3:ListBucketMultipartUploads',
)
add('bucket GET location', 'GetBucketLocation', buckets.getBucketLocation)
add('bucket GET versioning', 'GetBucketVersioning', buckets.getBucketVersioning)
add('bucket PUT versioning', 'PutBucketVersioning', buckets.putBucketVersioning)
add('bucket POST delete', 'DeleteObjects', deleteObjects, 's3:DeleteObject')
add('object GET ', 'GetObject', getObject)
add('object HEAD ', 'HeadObject', headObject, 's3:GetObject')
add('object PUT ', 'PutObject', putObject)
add('object PUT copy', 'CopyObject', copyObject, 's3:PutObject')
add('object DELETE ', 'DeleteObject', deleteObject)
add('object GET attributes', 'GetObjectAttributes', getObjectAttributes, 's3:GetObjectAttributes')
add('object GET tagging', 'GetObjectTagging', getObjectTagging)
add('object PUT tagging', 'PutObjectTagging', putObjectTagging)
add('object DELETE tagging', 'DeleteObjectTagging', deleteObjectTagging)
add('object POST uploads', 'CreateMultipartUpload', multipart.createMultipartUpload, 's3:PutObject')
add('object PUT uploadId', 'UploadPart', multipart.uploadPart, 's3:PutObject')
add('object PUT uploadId copy', 'UploadPartCopy', multipart.uploadPartCopy, 's3:PutObject')
add('object POST uploadId', 'CompleteMultipartUpload', multipart.completeMultipartUpload, 's3:PutObject')
add('object DELETE uploadId', 'AbortMultipartUpload', multipart.abortMultipartUpload)
add('object GET uploadId', 'ListParts', multipart.listParts, 's3:ListMultipartUploadParts')
for (const kind of documentKinds) {
  add(`bucket GET ${kind.subresource}`, `Get${kind.name}`, call => getDocument(call, kind))
  add(`bucket PUT ${kind.subresource}`, `Put${kind.name}`, call => putDocument(call, kind))
  add(`bucket DELETE ${kind.subresource}`, `Delete${kind.name}`, call => deleteDocument(call, kind))
}
add(
  'bucket GET object-lock',
  'GetObjectLockConfiguration',
  call => getDocument(call, lockConfiguration),
  's3:GetBucketObjectLockConfiguration',
)
add(
  'bucket PUT object-lock',
  'PutObjectLockConfiguration',
  lock.putLockConfiguration,
  's3:PutBucketObjectLockConfiguration',
)
add('object GET retention', 'GetObjectRetention', lock.getRetention)
add('object PUT retention', 'PutObjectRetention', lock.putRetention)

/** Query parameters that name an operation; those that no entry of the table has are not implemented. */
const subresources = new Set([
  ...[...table.keys()].flatMap(key => key.split(' ').slice(2, 3)).filter(name => name !== ''),
  ...[
    'acl',
    'accelerate',
    'analytics',
    'inventory',
    'legal-hold',
    'logging',
    'metrics',
    'notification',
    'policyStatus',
  ],
  ...[
    'requestPayment',
    'restore',
    'select',
    'torrent',
    'intelligent-tiering',
    'metadataTable',
    'renameObject',
  ],
])

/** Finds the operation of a request, or says what it is that the emulator does not know. */
export function routeS3(request: HttpRequest, bucket: string, key: string): S3Operation | string {
  const level: Level = bucket === '' ? 'service' : key === '' ? 'bucket' : 'object'
  const named = [...request.query.keys()].filter(name => subresources.has(name))
  const subresource = named.includes('uploadId') ? 'uploadId' : (named[0] ?? '')
  const copy =
    level === 'object' && request.method === 'PUT' && request.headers['x-amz-copy-source'] !== undefined
  const address = [level, request.method, subresource, ...(copy ? ['copy'] : [])]
    .join(' ')
    .replace('PUT  copy', 'PUT copy')
  return table.get(address) ?? address.trim()
}

function add(address: string, name: string, handle: S3Operation['handle'], action = `s3:${name}`): void {
  const write = !/^(?:Get|Head|List)/.test(name)
  table.set(address, { name, action, write, handle })
}
