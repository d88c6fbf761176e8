import { errorCodes } from '../base/user-error.ts'

/** The errors of catalogue/. */
export const catalogueErrors = errorCodes({
  'environments-missing': [
    'badInput',
    'cdktf/environments.json cannot be read.',
    'Write it as described in docs/adopt.md.',
  ],
  'file-behind-link': [
    'badInput',
    'A file that Waybill reads is a link, or in a folder that is one. Git keeps only where a link points to.',
    'Replace the link by what it points to.',
  ],
  'environment-unknown': [
    'badInput',
    'cdktf/environments.json has no such environment.',
    'Use one of the environments in the file.',
  ],
  'service-unknown': [
    'badInput',
    'services/ has no folder of that name with a service.json.',
    'Use one of the existing services.',
  ],
  'service-folder-name': [
    'badInput',
    'A folder in services/ does not have a valid service name.',
    'Use lower-case letters, digits and single hyphens, beginning with a letter: services/service-a',
  ],
  'inputs-without-files': [
    'badInput',
    'Inputs of a service match no file that git tracks, or have brackets or braces, so that a change would not be built.',
    'Correct inputs in its service.json.',
  ],
  'name-too-long': [
    'badInput',
    'A name that a service uses in AWS is longer than AWS allows.',
    'Give the service or the environment a shorter name: names are <service>-<environment>.',
  ],
  'quota-exceeded': [
    'badInput',
    'The services would need more of something in AWS than AWS allows in one place.',
    'Spread them over more accounts or load balancers; of some quotas AWS allows more on request.',
  ],
  'name-taken': [
    'badInput',
    'Two services would use the same name in AWS, or the same stack.',
    'Rename one of the services or environments: names are <service>-<environment>.',
  ],
})
