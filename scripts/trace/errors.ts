import { errorCodes } from '../base/user-error.ts'

/** The errors of trace/. */
export const traceErrors = errorCodes({
  'trace-broken': [
    'refused',
    'The tag, the record, the artifacts, the pins, what runs and the ledgers of a release disagree.',
    'make reconcile DRY_RUN=1 lists what can be fixed.',
  ],
})
