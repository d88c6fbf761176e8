import { errorCodes } from '../base/user-error.ts'

/** The errors of release/. */
export const releaseErrors = errorCodes({
  'release-not-built': [
    'notReady',
    "The artifact of the release's source commit is not stored yet.",
    'A push to the release branch builds it; WAIT=10m waits for that.',
  ],
  'release-conflict': [
    'refused',
    'The name of the release is taken by a different one.',
    'A release never changes, so release it as the next version.',
  ],
  'release-no-tag': [
    'badInput',
    'The remote does not have the tag.',
    'make release SERVICE=… VERSION=… makes and pushes it.',
  ],
  'release-tag-removed': [
    'refused',
    'The release has a record, so it exists, but its tag is not on the remote.',
    'Put the tag back from a clone that still has it.',
  ],
  'release-tag-blocked': [
    'refused',
    'Another tag is in the way: its name begins with the name of the release and a slash.',
    'Remove that tag, then run this again.',
  ],
  'release-version': [
    'refused',
    'The version is not higher than the last one.',
    'Use a higher version, or ALLOW_OLDER=1 for a patch of an older line.',
  ],
  'release-lacks-last': [
    'refused',
    'The version is higher than the last one, but its commit does not contain the last release.',
    'Release a commit that contains the last release, or ALLOW_OLDER=1 if nothing of it is needed.',
  ],
  'release-branch': [
    'refused',
    'The commit is on no release branch of the remote.',
    'Merge it into a release branch and push that, or add its branch to releaseBranches in cdktf/environments.json.',
  ],
  'release-tag-invalid': [
    'refused',
    'The tag is not an annotated tag of a commit.',
    'Remove the tag, then release with make release.',
  ],
  'release-tag-moved': [
    'refused',
    'The tag differs between this clone and the remote.',
    'Find out who moved it.',
  ],
  'release-tag-rejected': [
    'refused',
    'The remote rejects the tag.',
    "Ask whoever manages the remote's rules (a tag ruleset, a hook) for permission to create release tags.",
  ],
  'release-tag-length': [
    'badInput',
    'The tag would be longer than a container tag may be.',
    'Take a shorter version.',
  ],
  'release-no-record': [
    'badInput',
    'There is no release of that name: it has no record.',
    'make promote TAG=… releases it.',
  ],
  'release-yanked': ['refused', 'The release was yanked.', 'Use another release.'],
})
