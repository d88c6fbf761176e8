import { AwsError } from '../protocol/protocol.ts'

/** An error of Lambda that is the caller's fault: HTTP 400 unless its name stands for another status. */
export function lambdaError(code: string, message: string): AwsError {
  return new AwsError(code, statuses[code] ?? 400, message, { fields: { Type: 'User' } })
}

/** 404 for a function, a version or an alias, as Lambda words all three. */
export function notFound(arn: string): AwsError {
  return lambdaError('ResourceNotFoundException', `Function not found: ${arn}`)
}

/** 400 for a value that Lambda looked at and refused. */
export function invalidValue(message: string): AwsError {
  return lambdaError('InvalidParameterValueException', message)
}

/** 412 when the caller's revision is not the current one (Lambda API reference, UpdateAlias). */
export function checkRevision(given: string | undefined, current: string): void {
  if (given === undefined || given === current) return
  throw lambdaError(
    'PreconditionFailedException',
    'The RevisionId provided does not match the latest RevisionId. Call the GetFunction/GetAlias API to retrieve the latest RevisionId',
  )
}

const statuses: Record<string, number> = {
  AccessDeniedException: 403,
  PreconditionFailedException: 412,
  ResourceConflictException: 409,
  ResourceNotFoundException: 404,
}
