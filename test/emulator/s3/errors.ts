import { randomBytes } from 'node:crypto'
import type { Answer } from '../protocol/protocol.ts'
import { AwsError, answer } from '../protocol/protocol.ts'
import { element } from '../protocol/xml.ts'

/** An error of S3 with the fields that stand beside its message. */
export function s3Error(
  code: string,
  status: number,
  message: string,
  fields: Record<string, string> = {},
  headers: Record<string, string> = {},
): AwsError {
  return new AwsError(code, status, message, { fields, headers })
}

/** 403 without more, as S3 answers whoever may not know. */
export function accessDenied(): AwsError {
  return s3Error('AccessDenied', 403, 'Access Denied')
}

/** 412 with the name of the condition that did not hold. */
export function preconditionFailed(condition: string): AwsError {
  const message = 'At least one of the pre-conditions you specified did not hold'
  return s3Error('PreconditionFailed', 412, message, { Condition: condition })
}

/** 404 for a key. */
export function noSuchKey(key: string, headers: Record<string, string> = {}): AwsError {
  return s3Error('NoSuchKey', 404, 'The specified key does not exist.', { Key: key }, headers)
}

/** Prints an error as S3 does. */
export function failS3(error: AwsError): Answer {
  const ids = requestIds()
  const content = element('Error', {
    Code: error.code,
    Message: error.message,
    ...error.fields,
    RequestId: ids['x-amz-request-id'],
    HostId: ids['x-amz-id-2'],
  })
  const body = error.status === 304 ? '' : `<?xml version="1.0" encoding="UTF-8"?>\n${content}`
  return answer(error.status, { 'content-type': 'application/xml', ...ids, ...error.headers }, body)
}

/** The ids that every S3 answer carries. */
export function requestIds(): { 'x-amz-request-id': string; 'x-amz-id-2': string } {
  return {
    'x-amz-request-id': randomBytes(8).toString('hex').toUpperCase(),
    'x-amz-id-2': randomBytes(32).toString('base64'),
  }
}
