import { errorCodes } from '../base/user-error.ts'

/** The errors of trace/. */
export const traceErrors = errorCodes({
  'trace-broken': [
    'refused',
    'A link between the tag, the record, the artifact and the pins is broken.',
    'make reconcile DRY_RUN=1 says what can be fixed.',
  ],
})
