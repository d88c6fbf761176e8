import { errorCodes } from '../base/user-error.ts'

/** The errors of reconcile/. */
export const reconcileErrors = errorCodes({
  'reconcile-orphan': [
    'refused',
    'A stored artifact or record has the name of a release whose tag is gone.',
    'Find out where the tag went.',
  ],
  'reconcile-pin': [
    'refused',
    'A pin does not agree with the record of its release.',
    'Pin the release again, or another one.',
  ],
})
