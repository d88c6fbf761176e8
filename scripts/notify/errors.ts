import { errorCodes } from '../base/user-error.ts'

/** The errors of notify/. */
export const notifyErrors = errorCodes({
  'notice-unsent': [
    'cloud',
    'A channel did not take a notice. What the notice is about has happened all the same.',
    'make reconcile ENV=… sends what is missing.',
  ],
  'notice-refused': [
    'badInput',
    'A channel refuses notices: its address, its secret or its permission is wrong.',
    'Correct notices of the environment in cdktf/environments.json, or what it names; then make reconcile ENV=…',
  ],
  'notice-elsewhere': [
    'badInput',
    'A notice cannot be sent from here: its channel takes a token, or a job of GitHub Actions.',
    'Run make reconcile ENV=… with GITHUB_TOKEN, which may write deployments.',
  ],
})
