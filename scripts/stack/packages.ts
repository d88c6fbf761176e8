import { UserError } from '../base/user-error.ts'
import { stackErrors } from './errors.ts'

/** Whether a module could not be loaded since one of the optional packages for stacks is missing. */
export function isPackageMissing(error: unknown): error is Error {
  return (
    error instanceof Error &&
    (error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND' &&
    /Cannot find package '?[^']*\b(?:cdktf|constructs)\b/.test(error.message)
  )
}

/** The error for them, with the command that installs the versions that Waybill's package.json names. */
export function stackPackagesMissing(error: Error, packageJson: string): UserError {
  const { peerDependencies } = JSON.parse(packageJson) as { peerDependencies: Record<string, string> }
  const wanted = Object.entries(peerDependencies).map(([name, version]) => `${name}@${version}`)
  return new UserError(
    stackErrors['stack-packages-missing'],
    'the packages that synthesize the stacks are not installed',
    {
      cause: error.message,
      remedy: `npm install --save-exact --save-optional ${wanted.join(' ')}`,
    },
  )
}
