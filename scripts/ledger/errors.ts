import { errorCodes } from '../base/user-error.ts'

/** The errors of ledger/. */
export const ledgerErrors = errorCodes({
  'ledger-missing': [
    'badInput',
    'The environment has no ledger yet.',
    'Create it with make bootstrap ENV=<environment>.',
  ],
  'ledger-bucket': [
    'badInput',
    'The bucket of the ledger cannot be used: it belongs to another account.',
    'Set ledger.bucket of the environment in cdktf/environments.json.',
  ],
  'ledger-administrator': [
    'refused',
    'The bucket of the ledger needs a change, and its policy lets only whoever created it make one.',
    'Run this with the credentials in the message.',
  ],
  'ledger-broken': [
    'refused',
    'An entry of a ledger is missing, was changed, or stands where another belongs.',
    'Entries never change. aws s3api list-object-versions shows what was there before; find out who changed it.',
  ],
  'ledger-newer': [
    'badInput',
    'A newer Waybill wrote to the ledger, and this one may miss what it says.',
    'Use the Waybill of the remote release branch.',
  ],
  'ledger-foreign': [
    'refused',
    'The ledger belongs to another repository.',
    'Give this repository its own prefix in cdktf/environments.json, or correct ledger.bucket there.',
  ],
  'ledger-unverified': [
    'refused',
    'The environment before this one has not verified the release.',
    'Deploy it there first. To pin it anyway, with the reason in the commit: UNVERIFIED=…',
  ],
  'ledger-set-changed': [
    'refused',
    'A service has changed since the environment verified it, so the combination is not the verified one.',
    'Follow the command in the message, then run this again; or leave the service out with SERVICE=….',
  ],
  'deploy-held': [
    'refused',
    'Somebody stopped the deploys of this service to this environment, or sent its traffic back.',
    "When it may be deployed again: make resume ENV=… SERVICE=… REASON='…'",
  ],
  'ledger-busy': [
    'cloud',
    'Others kept writing to the ledger at the same time, so nothing was written.',
    'Run this again.',
  ],
})
