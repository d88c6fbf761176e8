import { errorCodes } from '../base/user-error.ts'

/** The errors of trace/. */
export const traceErrors = errorCodes({
  'trace-broken': [
    'refused',
    'The tag, the record, the artifacts and the pins of a release disagree.',
    'make reconcile DRY_RUN=1 lists what can be fixed.',
  ],
})
