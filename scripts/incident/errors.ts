import { errorCodes } from '../base/user-error.ts'

/** The errors of incident/. */
export const incidentErrors = errorCodes({
  'incident-none': [
    'badInput',
    'The ledger has no rollback of the service, or the entry that was named is none.',
    'make history ENV=… SERVICE=… shows the entries; SEQ names one that is a rollback.',
  ],
})
