import { errorCodes } from '../base/user-error.ts'

/** The errors of aws/. */
export const awsErrors = errorCodes({
  'aws-credentials': [
    'badInput',
    'AWS does not accept the credentials, or there are none.',
    'Get valid AWS credentials (aws sso login, or a new role session), then run this again.',
  ],
  'aws-denied': [
    'badInput',
    'AWS denies the call: a right is missing, or the resource belongs to another account.',
    'Allow the action that the message names, or correct the account in cdktf/environments.json.',
  ],
  'aws-wrong-account': [
    'badInput',
    'The credentials belong to another account than cdktf/environments.json names.',
    'Use credentials of the account that the message names.',
  ],
  'aws-wrong-region': [
    'badInput',
    'The resource is in another region than cdktf/environments.json names.',
    'Correct the region in cdktf/environments.json.',
  ],
  'aws-not-found': [
    'badInput',
    'A bucket or repository does not exist.',
    'Create it with make bootstrap, or correct its name, account and region in cdktf/environments.json.',
  ],
  'aws-quota': [
    'badInput',
    'A quota of AWS is reached.',
    'Remove what is no longer needed, or ask AWS for a higher quota.',
  ],
  'aws-rejected': [
    'badInput',
    'AWS rejects the request itself.',
    'Check the names in cdktf/environments.json.',
  ],
  'aws-unavailable': [
    'cloud',
    'AWS did not answer, or not properly, after retries.',
    'It is safe to run the same command again.',
  ],
})
