import { errorCodes } from '../base/user-error.ts'

/** The errors of reconcile/. */
export const reconcileErrors = errorCodes({
  'reconcile-orphan': [
    'refused',
    'A stored artifact or record belongs to a release whose tag is not on the remote.',
    'Find out who removed the tag, and restore it.',
  ],
  'reconcile-stray-pin': [
    'refused',
    'A file among the pins belongs to no environment.',
    'If the environment was renamed or removed, docs/operate.md says what to do about what it left; then remove the file in a commit.',
  ],
  'reconcile-ledger': [
    'refused',
    'The traffic of a service goes elsewhere than its ledger says, or the rest of a rollback takes a person.',
    'make history ENV=… SERVICE=… shows what happened.',
  ],
  'reconcile-since': [
    'badInput',
    'The commit from which on releases are compared is not in the history of the branch.',
    'Name a commit of the release branch: SINCE=…, or since in cdktf/environments.json.',
  ],
  'reconcile-pin': [
    'refused',
    'A pin disagrees with the record of its release.',
    'Pin the release again, or pin another one.',
  ],
})
