import { errorCodes } from '../base/user-error.ts'

/** The errors of pin/. */
export const pinErrors = errorCodes({
  'pin-ambiguous': [
    'badInput',
    'The options do not say which release to pin.',
    'make pin ENV=… TAG=service-a-v1.1.0, or make pin ENV=… PREVIOUS=a',
  ],
  'pin-pre-release': [
    'refused',
    'The environment does not accept pre-releases.',
    'Release the final version.',
  ],
  'pin-not-released': [
    'notReady',
    'The release to pin has no record yet.',
    'make promote TAG=… releases it.',
  ],
  'pin-missing': [
    'badInput',
    'The service has no pin in the environment.',
    'make pin ENV=… TAG=<service>-v<version>',
  ],
  'pin-orphaned': [
    'badInput',
    'The service has a pin in the environment, but no folder any more.',
    'make destroy ENV=… SERVICE=… takes it down; then remove its pin in a commit.',
  ],
  'pin-no-previous': [
    'refused',
    'No usable release was pinned before the current one.',
    'Name the release: make pin ENV=… TAG=… ALLOW_OLDER=1',
  ],
  'pin-older': [
    'refused',
    'The environment is pinned to a newer release.',
    'To pin the older one anyway: ALLOW_OLDER=1',
  ],
  'pin-changed': [
    'refused',
    'The pin has changed in the meantime.',
    'Look at what is pinned now, then run this again.',
  ],
  'pin-commit': [
    'refused',
    'The commit is not on the branch of the pins.',
    'Name a commit of that branch, or leave COMMIT out.',
  ],
  'pin-tag-changed': [
    'refused',
    'The tag on the remote is not the one that was released.',
    'Put the tag back from a clone that still has it.',
  ],
  'pin-contradicts-record': [
    'refused',
    'The pin does not match the release record.',
    'Only make pin writes pins. This rewrites it: make pin ENV=… TAG=…',
  ],
  'pin-other-name': [
    'refused',
    'The pinned release has its artifact in another repository than the service uses now.',
    'Set repository in the service.json back, or release the service again and pin that.',
  ],
  'pin-artifact-missing': [
    'refused',
    'The artifact of the pinned release is gone.',
    'make reconcile says whether it can be promoted again; if not, pin another release.',
  ],
  'pin-artifact-changed': [
    'refused',
    'The artifact of the pinned release was replaced.',
    'Find out who replaced it, and pin another release: a release never changes.',
  ],
  'pin-rejected': [
    'refused',
    'The remote rejects the pin.',
    'Whoever pins needs permission to push to the branch.',
  ],
  'pin-proposal-conflict': [
    'refused',
    'The branch for the pull request holds another proposal.',
    'Delete the branch if nobody needs it any more, then run this again.',
  ],
})
