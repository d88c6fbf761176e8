import { plainLines } from '../../base/printable.ts'
import { UserError } from '../../base/user-error.ts'
import { gitErrors } from '../errors.ts'
import { GitFailure, ownedByAnother } from './git.ts'

/** The name of the one remote that Waybill reads and pushes to. */
export const remoteName = 'origin'

const unreachable =
  /could not resolve|unable to access|connection|timed out|early EOF|hung up|unreachable|unable to connect|network/i

const denied = /denied|authentication|not appear to be|certificate|returned error: 4(?!29)\d\d/i

/** Turns git's failure to reach the remote into an error that a person can act on; `problem` follows its name. */
export function explainRemote(error: unknown, problem: string): unknown {
  if (!(error instanceof GitFailure)) return error
  const reason = plainLines(error.said)
  if (/No such remote|'origin' does not appear to be a git repository/i.test(reason)) {
    return new UserError(gitErrors['git-no-remote'], `this clone has no remote called ${remoteName}`, {
      cause: reason,
      origin: error,
    })
  }
  const others = ownedByAnother(error.said)
  if (others !== undefined) return others
  const away = unreachable.test(error.said) && !denied.test(error.said)
  const code = gitErrors[away ? 'git-remote-unavailable' : 'git-remote-rejected']
  return new UserError(code, `the remote ${remoteName} ${problem}`, { cause: reason, origin: error })
}
