import { UserError } from '../base/user-error.ts'
import { awsErrors } from './errors.ts'

/**
 * Explains why a client could not be loaded that an installation may leave out: few commands need it, and it is large.
 * Any other error is returned as it is.
 */
export function explainMissingClient(error: unknown): unknown {
  if ((error as NodeJS.ErrnoException)?.code !== 'ERR_MODULE_NOT_FOUND') return error
  const [, name] = /Cannot find package '(@aws-sdk\/client-[\w-]+)'/.exec(String(error)) ?? []
  if (name === undefined) return error
  return new UserError(awsErrors['aws-client-missing'], `the package ${name} is not installed`, {
    origin: error,
  })
}
