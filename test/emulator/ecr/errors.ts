import { AwsError } from '../protocol/protocol.ts'

/** A client error of ECR: HTTP 400 with the error's name. */
export class EcrError extends AwsError {
  constructor(code: string, message: string) {
    super(code, 400, message)
  }
}
