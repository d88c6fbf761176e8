import { errorCodes } from '../base/user-error.ts'

/** The errors of build/. */
export const buildErrors = errorCodes({
  'build-no-services': ['badInput', 'There are no services to build.', 'Add one: docs/services.md says how.'],
  'build-uncommitted': [
    'refused',
    'Inputs of a service have uncommitted changes, so the build would not be what the commit says.',
    'Commit or stash them; what a build makes belongs in .gitignore.',
  ],
  'build-not-in-commit': [
    'badInput',
    'A service is in the work tree and not in the commit.',
    'Commit it, or remove it.',
  ],
  'build-failed': ['badInput', "A service's build command or docker failed.", 'Its output is above.'],
  'build-output': [
    'badInput',
    "A build's output folder cannot be emptied safely, or holds what a zip cannot.",
    'Name a folder in the service that only the build writes to, and let it hold files.',
  ],
  'build-too-large': [
    'badInput',
    'A zip is larger than Lambda takes.',
    'Leave out what the function does not need, or make it a lambda-image.',
  ],
  'build-not-stored': [
    'cloud',
    'A build succeeded, and its artifact is not in the store.',
    'Check which registry docker pushed to, and run this again.',
  ],
  'docker-missing': [
    'badInput',
    'No Docker engine with buildx answers.',
    'Start Docker and run this again, build only services with a zip (SERVICE=…), or let CI build: push the commit.',
  ],
  'docker-login': [
    'badInput',
    'docker cannot sign in to the registry.',
    'Check that docker can reach the registry.',
  ],
})
