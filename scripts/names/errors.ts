import { errorCodes } from '../base/user-error.ts'

/** The errors of names/. */
export const namesErrors = errorCodes({
  'version-limit': [
    'badInput',
    'There is no next version: a number in it has 15 digits already.',
    'Increment another part of the version.',
  ],
})
