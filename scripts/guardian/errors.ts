import { errorCodes } from '../base/user-error.ts'

/** The errors of guardian/. */
export const guardianErrors = errorCodes({
  'guardian-not-asked': [
    'notReady',
    'The guardian of the environment could not be asked to end the rollout if nobody else does, so it did not begin.',
    'Deploy the guardian first: make deploy ENV=… SERVICE=guardian. Then run this again.',
  ],
})
