import { errorCodes } from '../base/user-error.ts'

/** The errors of names/. */
export const namesErrors = errorCodes({
  'version-limit': [
    'badInput',
    'There is no next version: a number in it already has 15 digits.',
    'Increment another part of the version.',
  ],
})
