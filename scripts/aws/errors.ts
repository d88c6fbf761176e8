import { errorCodes } from '../base/user-error.ts'

/** The errors of aws/. */
export const awsErrors = errorCodes({
  'aws-credentials': [
    'badInput',
    'There are no credentials, or AWS does not accept them.',
    'Get valid AWS credentials (aws sso login, or a new role session), then run this again.',
  ],
  'aws-client-missing': [
    'badInput',
    'The client of a service of AWS is not installed: an installation left out the optional packages.',
    'Install the optional packages, too (npm install --include=optional).',
  ],
  'aws-proxy': [
    'badInput',
    'HTTPS_PROXY or HTTP_PROXY does not name a proxy.',
    'Set it to a URL such as http://proxy.example.com:3128, or unset it.',
  ],
  'aws-denied': [
    'badInput',
    'AWS denies the call: a permission is missing, or the resource belongs to another account.',
    'Allow the action in the message, or correct the account in cdktf/environments.json.',
  ],
  'aws-wrong-account': [
    'badInput',
    'The credentials do not belong to the account in cdktf/environments.json.',
    'Use credentials of the account in the message.',
  ],
  'aws-wrong-region': [
    'badInput',
    'The resource is not in the region that cdktf/environments.json names.',
    'Correct the region in cdktf/environments.json.',
  ],
  'aws-not-found': [
    'badInput',
    'A bucket, a repository, a cluster or something else that services build on does not exist.',
    'Create it, or correct its name, account and region in cdktf/environments.json.',
  ],
  'aws-quota': [
    'badInput',
    'An AWS quota is used up.',
    'Delete what is no longer needed, or ask AWS to raise the quota.',
  ],
  'aws-rejected': [
    'badInput',
    'AWS rejects the request as invalid.',
    'Check the names in cdktf/environments.json.',
  ],
  'aws-replaced': [
    'refused',
    'An object was replaced while it was being copied, so it was not copied.',
    'Run this again. If that does not help, find out who writes to the bucket: a build never changes.',
  ],
  'aws-unavailable': [
    'cloud',
    'AWS gave no usable answer, even after retries.',
    'It is safe to run this again.',
  ],
})
