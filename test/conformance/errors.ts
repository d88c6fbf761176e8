import { errorCodes } from '../../scripts/base/user-error.ts'

/** The errors of the conformance suite. */
export const conformanceErrors = errorCodes({
  'conformance-leftovers': [
    'cloud',
    'Not everything that the suite made could be deleted.',
    'Delete what is listed.',
  ],
  'conformance-endpoint': [
    'badInput',
    'ENDPOINT is not an endpoint that the suite may use.',
    'ENDPOINT is a URL such as http://127.0.0.1:4599, or aws.',
  ],
  'conformance-credentials': [
    'badInput',
    'The endpoint refuses the credentials.',
    'Get credentials that the endpoint accepts.',
  ],
  'conformance-not-confirmed': [
    'badInput',
    'CONFIRM does not name the account.',
    'CONFIRM=<account> confirms it.',
  ],
  'conformance-silent': ['cloud', 'Nothing answers at the endpoint.', 'Start it, then run this again.'],
})
