import { errorCodes } from '../base/user-error.ts'

/** The errors of kinds/. */
export const kindsErrors = errorCodes({
  'applied-unknown': [
    'badInput',
    'A newer Waybill applied the stack, with a kind of service or an output that this version does not know.',
    'Run the scripts from the release branch on the remote.',
  ],
})
