import { AwsError } from '../protocol/protocol.ts'

/** A client error of ECS: HTTP 400 with the error's name. */
export function ecsError(code: string, message: string): AwsError {
  return new AwsError(code, 400, message)
}
