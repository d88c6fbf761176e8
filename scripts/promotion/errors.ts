import { errorCodes } from '../base/user-error.ts'

/** The errors of promotion/. */
export const promotionErrors = errorCodes({
  'promotion-not-built': [
    'notReady',
    'The commit has no artifact yet.',
    'A push to the release branch builds it; then run this again.',
  ],
  'promotion-conflict': [
    'refused',
    'The stores contradict the tag or the record of the release.',
    'A release never changes: release the commit under the next version.',
  ],
  'promotion-unproven': [
    'refused',
    'An artifact has the name of the release, but nothing proves that it is this release.',
    'Build the commit again, then run this again.',
  ],
  'promotion-unattested': [
    'refused',
    'The image lacks a required signature or attestation.',
    'Attach what requiredReferrers in cdktf/environments.json asks for, then run this again.',
  ],
})
