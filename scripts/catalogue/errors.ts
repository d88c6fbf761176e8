import { errorCodes } from '../base/user-error.ts'

/** The errors of catalogue/. */
export const catalogueErrors = errorCodes({
  'environments-missing': [
    'badInput',
    'cdktf/environments.json cannot be read.',
    'Write it as docs/adopt.md says.',
  ],
  'environment-unknown': [
    'badInput',
    'cdktf/environments.json has no such environment.',
    'Name one of the environments that it has.',
  ],
  'service-unknown': [
    'badInput',
    'No folder of that name in services/ holds a service.json.',
    'Name one of the services that there are.',
  ],
  'service-folder-name': [
    'badInput',
    'A folder in services/ is not named as a service may be.',
    'Use lower-case letters, digits and single hyphens, beginning with a letter: services/service-a',
  ],
  'name-too-long': [
    'badInput',
    'A name that a service takes in AWS is longer than AWS allows.',
    'Give the service or the environment a shorter name: names are <service>-<environment>.',
  ],
  'name-taken': [
    'badInput',
    'Two services would take the same name in AWS, or the same stack.',
    'Rename one of the services or environments: names are <service>-<environment>.',
  ],
})
