import { errorCodes } from '../base/user-error.ts'

/** The errors of guardian/. */
export const guardianErrors = errorCodes({
  'guardian-not-asked': [
    'notReady',
    'The guardian of the environment could not be asked to end the rollout if nobody else does, so it did not begin.',
    'Deploy the guardian first: make deploy ENV=… SERVICE=guardian. Then run this again.',
  ],
  'guardian-blind': [
    'cloud',
    'A guardian could not see enough to act, so it did nothing.',
    'Lambda calls it again. make history and make plan ALL=1 show the same to you.',
  ],
  'guardian-unrecorded': [
    'cloud',
    'A guardian sent the traffic back, and the ledger could not be written.',
    'Lambda calls it again; make reconcile ENV=… writes the entry, too.',
  ],
  'guardian-no-way-back': [
    'refused',
    'A guardian was to send the traffic back to a revision that is gone.',
    'make rollback ENV=… SERVICE=… TO=… goes to an earlier one.',
  ],
})
