import { errorCodes } from '../base/user-error.ts'

/** The errors of build/. */
export const buildErrors = errorCodes({
  'build-no-services': ['badInput', 'There are no services to build.', 'Add one: see docs/services.md.'],
  'build-uncommitted': [
    'refused',
    'The inputs of a service have uncommitted changes, so the build would not match the commit.',
    'Commit or stash them; build output belongs in .gitignore.',
  ],
  'build-not-fetched': [
    'refused',
    'Inputs of a service are not in this clone, or not as they were committed: submodules, files of git-lfs or git-crypt, line ends.',
    'Fetch them with the command in the message, then run this again.',
  ],
  'build-changed-inputs': [
    'refused',
    'A build changed what this service, or the next one, is built from.',
    'Restore the files (git restore, git clean). Let build.command write only to paths in .gitignore.',
  ],
  'build-inputs': [
    'badInput',
    'inputs.command failed, or did not print paths of files in the commit.',
    'Let it print a path from the root of the repository a line, of files that git tracks or folders of them.',
  ],
  'build-inputs-unknown': [
    'notReady',
    'What a service is built from at a commit is not known, since no build has run its inputs.command there.',
    "Wait for CI's build of the commit; release waits with WAIT=10m.",
  ],
  'build-not-in-commit': [
    'badInput',
    'A service is in the work tree but not in the commit.',
    'Commit it, or remove it.',
  ],
  'build-failed': ['badInput', "A service's build command or docker failed.", 'See its output above.'],
  'build-unfit': [
    'badInput',
    'The image that a build command pushed itself is not one that its kind can run.',
    'Correct build.command or build.platforms, and commit that.',
  ],
  'build-variable-missing': [
    'badInput',
    'service.json takes a build argument or a secret from a variable that is not set.',
    'Set it for the job or in this shell, or correct build.args and build.secrets.',
  ],
  'build-output': [
    'badInput',
    "A build's output cannot be emptied safely, is not a zip, or holds something that a zip cannot.",
    'Use a folder of the service that only the build writes to, with nothing but files in it.',
  ],
  'build-behind-link': [
    'badInput',
    'Something that a build reads or empties is outside its place, behind a link.',
    'Replace the link by what it leads to.',
  ],
  'build-too-large': [
    'badInput',
    'A zip is larger, or has more files, than AWS accepts.',
    'Leave out what the function does not need, or build an image.',
  ],
  'build-not-stored': [
    'cloud',
    'A build succeeded, but its artifact is not in the store.',
    'Check which registry docker pushed to, then run this again.',
  ],
  'docker-missing': [
    'badInput',
    'No Docker engine with buildx is running.',
    'Start Docker and run this again, build only services with a zip (SERVICE=…), or push the commit and let CI build.',
  ],
  'docker-login': [
    'badInput',
    'docker cannot sign in to the registry.',
    'Check that docker can reach the registry.',
  ],
})
