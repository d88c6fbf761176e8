import type { Answer } from '../protocol/protocol.ts'
import { AwsError, answer } from '../protocol/protocol.ts'

const named: Record<string, { code: string; status: number }> = {
  RepositoryNotFoundException: { code: 'NAME_UNKNOWN', status: 404 },
  ImageTagAlreadyExistsException: { code: 'TAG_INVALID', status: 400 },
  ImageDigestDoesNotMatchException: { code: 'DIGEST_INVALID', status: 400 },
  InvalidLayerException: { code: 'DIGEST_INVALID', status: 400 },
  InvalidParameterException: { code: 'MANIFEST_INVALID', status: 400 },
  LayersNotFoundException: { code: 'MANIFEST_BLOB_UNKNOWN', status: 400 },
  ReferencedImagesNotFoundException: { code: 'MANIFEST_BLOB_UNKNOWN', status: 400 },
  UploadNotFoundException: { code: 'BLOB_UPLOAD_UNKNOWN', status: 404 },
  AccessDeniedException: { code: 'DENIED', status: 403 },
  LimitExceededException: { code: 'DENIED', status: 403 },
}

/** Prints an error as the registry API does; ECR's own errors are given their registry names. */
export function failRegistry(error: AwsError): Answer {
  const { code, status } = named[error.code] ?? error
  const body = JSON.stringify({ errors: [{ code, message: error.message }] })
  return answer(
    status,
    { 'content-type': 'application/json; charset=utf-8', ...headers, ...error.headers },
    body,
  )
}

/** What every registry answer carries. */
export const headers = { 'docker-distribution-api-version': 'registry/2.0' }

/** An error of the registry API. */
export function registryError(
  code: string,
  status: number,
  message: string,
  extra: Record<string, string> = {},
): AwsError {
  return new AwsError(code, status, message, { headers: extra })
}
