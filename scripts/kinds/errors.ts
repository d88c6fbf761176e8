import { errorCodes } from '../base/user-error.ts'

/** The errors of kinds/. */
export const kindsErrors = errorCodes({
  'applied-unknown': [
    'badInput',
    'A newer Waybill applied the stack, with a kind of service that this version does not know.',
    'Run the scripts from the release branch on the remote.',
  ],
  'applied-damaged': [
    'badInput',
    'The output `applied` in the state of a stack cannot be read.',
    'Find out who changed the state. Its bucket keeps earlier versions: restore the last good one.',
  ],
})
