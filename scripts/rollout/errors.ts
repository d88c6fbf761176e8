import { errorCodes } from '../base/user-error.ts'

/** The errors of rollout/. */
export const rolloutErrors = errorCodes({
  'rollout-apply-completed': [
    'cloud',
    'An earlier apply was interrupted before it published its changes. This run published them.',
    'Run this again: it plans with the new revision and sends the traffic there.',
  ],
  'rollout-no-pointer': [
    'refused',
    'Somebody removed the alias or the service that the traffic goes through.',
    'Run this again: the plan re-creates it.',
  ],
  'rollout-timeout': [
    'cloud',
    'The rollout took longer than WAIT, or this run was asked to stop. The rollout itself continues.',
    'The rollout continues by itself. Run this again to see how it ends; WAIT=… waits longer.',
  ],
  'rollout-not-ready': [
    'cloud',
    'The new revision was not ready in time, so no traffic was sent to it.',
    'No traffic was moved. Run this again; WAIT=… waits longer.',
  ],
  'rollout-moved': [
    'refused',
    'Somebody else moved the traffic at the same time.',
    'Find out who else is deploying, then run this again.',
  ],
  'rollout-revision-failed': [
    'refused',
    'The new revision cannot run, so no traffic was sent to it.',
    'Fix the artifact, release the next version, and pin that.',
  ],
  'rollout-rolled-back': [
    'rolledBack',
    'The platform rolled back to what ran before.',
    'Look at its log, pin the previous release, and release a fixed version.',
  ],
  'rollout-taken-back': [
    'rolledBack',
    'The new revision did not do well, or could not be watched, so the verified one has all traffic again.',
    'Look at its log, and release a fixed version. Where it could not be watched, the message says why.',
  ],
  'rollout-not-taken-back': [
    'cloud',
    'The rollout was to end, but AWS did not take the call that sends the traffic back.',
    'make rollback sends the traffic back; the same deploy goes on watching.',
  ],
  'rollout-no-way-back': [
    'refused',
    'The new revision does not do well, and nothing was verified before it.',
    'Release a fixed version, and pin and deploy that.',
  ],
  'rollout-not-begun': [
    'refused',
    'Something speaks against the rollout before it has begun: an alarm that rings or does not exist, a yank, or traffic that the ledger does not explain.',
    'Look into it. An alarm must be in the account and the region of the environment; one that may ring belongs into watch.ignoreRinging of service.json; make rollback brings traffic to what was verified.',
  ],
  'rollout-held': [
    'notReady',
    'A person stopped the rollout with ON_STOP=hold.',
    'make resume and the same deploy go on with it; make rollback sends the traffic back.',
  ],
  'rollout-unrecorded': [
    'cloud',
    'The traffic goes to the new revision, but the ledger could not be written.',
    'Run this again: it writes the missing entry and moves no traffic.',
  ],
  'rollout-sent-back': [
    'refused',
    'The traffic was sent back to an earlier deployment, and the ledger does not say so.',
    'make reconcile ENV=… writes the missing entry and holds the service; make resume lets deploys through again.',
  ],
  'rollout-under-way': [
    'refused',
    'A rollout of another release, or with other settings, is in a phase.',
    'Wait until it has ended, or end it with make rollback. Then deploy again.',
  ],
  'rollback-ambiguous': [
    'badInput',
    'It is not clear what to take back, or where to.',
    'Name one service, and at most one of TO and VERSION.',
  ],
  'rollback-nothing': [
    'refused',
    'There is no verified deployment to go back to.',
    'make history ENV=… SERVICE=… shows what ran. Pin and deploy a release that works.',
  ],
  'rollback-unusable': [
    'refused',
    'What was named cannot be gone back to: it was never verified, was yanked, or its revision is gone or changed.',
    'make history ENV=… SERVICE=… shows what can be named with TO=….',
  ],
  'rollback-not-confirmed': ['refused', 'The rollback was not confirmed.', 'CONFIRM=<service> confirms it.'],
  'rollout-digest': [
    'refused',
    'What runs is not what was released.',
    'Find out who put it there. Deploying another release replaces it; after that, this one can be deployed again.',
  ],
})
