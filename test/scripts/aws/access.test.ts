import { expect, it } from 'vitest'
import { awsAccess, endpointOf, usesPathStyle } from '../../../scripts/aws/access.ts'

const keys = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' }
const own = { timeoutMs: 1000, isProcess: true }
const given = { timeoutMs: 1000, isProcess: false }

it.each([
  ['keys', keys, { accessKeyId: 'id', secretAccessKey: 'secret' }],
  [
    'keys of a session',
    { ...keys, AWS_SESSION_TOKEN: 'token' },
    { accessKeyId: 'id', secretAccessKey: 'secret', sessionToken: 'token' },
  ],
  [
    'an empty session token',
    { ...keys, AWS_SESSION_TOKEN: '' },
    { accessKeyId: 'id', secretAccessKey: 'secret' },
  ],
])('%s in the environment are the credentials', (_, environment, credentials) => {
  expect(awsAccess(environment, own).credentials).toEqual(credentials)
  expect(awsAccess(environment, given).credentials).toEqual(credentials)
})

it.each([
  ['no keys', {}],
  ['half of a pair', { AWS_ACCESS_KEY_ID: 'id' }],
  ['empty keys', { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' }],
  ['a profile, which comes before keys', { ...keys, AWS_PROFILE: 'staging' }],
])('with %s the SDK looks in this process, and never for somebody else', (_, environment) => {
  expect(awsAccess(environment, own).credentials).toBe('look')
  expect(awsAccess(environment, given).credentials).toBe('none')
})

it('an endpoint is for all services, or for one', () => {
  const environment = { AWS_ENDPOINT_URL: 'http://all', AWS_ENDPOINT_URL_S3: 'http://s3' }
  const access = awsAccess(environment, given)
  expect([endpointOf(access, 'S3'), endpointOf(access, 'ECR')]).toEqual(['http://s3', 'http://all'])
  const alone = awsAccess({ AWS_ENDPOINT_URL_ECS: 'http://ecs', AWS_ENDPOINT_URL: '' }, given)
  expect([endpointOf(alone, 'ECS'), endpointOf(alone, 'S3')]).toEqual(['http://ecs', undefined])
  const ignored = awsAccess({ ...environment, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' }, given)
  expect(endpointOf(ignored, 'S3')).toBeUndefined()
})

it.each([
  [{}, false],
  [{ AWS_ENDPOINT_URL: 'http://all' }, true],
  [{ AWS_ENDPOINT_URL: 'http://all', AWS_ENDPOINT_URL_S3: '' }, true],
  [{ AWS_ENDPOINT_URL: '', AWS_ENDPOINT_URL_S3: '' }, false],
  [{ AWS_ENDPOINT_URL_ECR: 'http://ecr' }, false],
  [{ AWS_ENDPOINT_URL_S3: 'http://s3', AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' }, false],
])('with %j the bucket is in the path: %s', (environment: Record<string, string>, expected) => {
  expect(usesPathStyle(awsAccess(environment, given))).toBe(expected)
  expect(usesPathStyle(awsAccess(environment, own))).toBe(expected)
})

it.each([
  ['5', 5],
  ['0', undefined],
  ['', undefined],
  ['many', undefined],
])('AWS_MAX_ATTEMPTS=%j is %s attempts; what is not a number is left to the SDK', (text, attempts) => {
  expect(awsAccess({ AWS_MAX_ATTEMPTS: text }, given).maxAttempts).toBe(attempts)
})
