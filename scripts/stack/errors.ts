import { errorCodes } from '../base/user-error.ts'

/** The errors of stack/. */
export const stackErrors = errorCodes({
  'setting-missing': [
    'badInput',
    'cdktf/environments.json lacks what a service needs.',
    'Add it to the environment.',
  ],
  'setting-unknown-environment': [
    'badInput',
    'A service.json has settings for an environment that does not exist.',
    'Correct the name, or add the environment to cdktf/environments.json.',
  ],
  'setting-region': [
    'badInput',
    'The environment is in another region than the artifacts.',
    'Deploy in the region of the artifacts.',
  ],
  'pin-unknown-service': [
    'badInput',
    'A pin is of a service or environment that does not exist.',
    'Remove the pin, or bring the service back.',
  ],
  'pin-other-artifact': [
    'badInput',
    'A pin has another type of artifact than the service now.',
    'Release the service as it is now, and pin that.',
  ],
})
