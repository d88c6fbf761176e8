import { errorCodes } from '../base/user-error.ts'

/** The errors of kinds/. */
export const kindsErrors = errorCodes({
  'applied-unknown': [
    'badInput',
    'A stack was applied by a newer Waybill, with a kind of service or an output that this one does not know.',
    'Run the scripts of the release branch as it is on the remote.',
  ],
})
