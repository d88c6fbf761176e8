import { errorCodes } from '../base/user-error.ts'

/** The errors of doctor/. */
export const doctorErrors = errorCodes({
  'doctor-failed': [
    'badInput',
    'A check of the set-up failed.',
    'Follow the remedies of the failed checks, then run make doctor again.',
  ],
  'doctor-not-checked': [
    'cloud',
    'A check could not run, because AWS, GitHub or the remote did not answer.',
    'Run make doctor again once they answer.',
  ],
  'doctor-lifecycle': [
    'badInput',
    'A lifecycle rule is unknown or too complex to judge, so it may delete a release.',
    'Simplify the rules.',
  ],
  'doctor-github': [
    'badInput',
    'Doctor cannot ask GitHub about the repository.',
    'Set GITHUB_TOKEN or GH_TOKEN to a token that can read it.',
  ],
  'doctor-github-unavailable': [
    'cloud',
    'GitHub gave no usable answer.',
    'It is safe to run make doctor again.',
  ],
  'doctor-workflow': ['badInput', 'A workflow file is not valid YAML.', 'Correct the file.'],
  'doctor-bucket': [
    'badInput',
    'The artifact bucket does not belong to the artifact account.',
    'Name a bucket of the artifact account in cdktf/environments.json.',
  ],
})
