import { errorCodes } from '../base/user-error.ts'

/** The errors of doctor/. */
export const doctorErrors = errorCodes({
  'doctor-failed': [
    'badInput',
    'At least one check of the set-up failed.',
    'Do what the lines above say, then run make doctor again.',
  ],
  'doctor-not-checked': [
    'cloud',
    'At least one check could not be made, because something did not answer.',
    'It is safe to run make doctor again when all of them answer.',
  ],
  'doctor-lifecycle': [
    'badInput',
    'A lifecycle rule is too complex to judge, so it may delete a release.',
    'Simplify the rules.',
  ],
  'doctor-github': [
    'badInput',
    'GitHub cannot be asked about the repository.',
    'Give GITHUB_TOKEN the right to read it.',
  ],
  'doctor-github-unavailable': [
    'cloud',
    'GitHub did not answer properly.',
    'It is safe to run make doctor again.',
  ],
  'doctor-workflow': ['badInput', 'A workflow file is not YAML.', 'Correct the file.'],
  'doctor-bucket': [
    'badInput',
    'The bucket belongs to another account.',
    'Name a bucket of the artifact account in cdktf/environments.json.',
  ],
})
