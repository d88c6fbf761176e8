import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it, onTestFinished, vi } from 'vitest'
import { awsAccess } from '../../../../scripts/aws/access.ts'
import { clientConfig, explainAws } from '../../../../scripts/aws/io/calls.ts'
import { openS3 } from '../../../../scripts/aws/io/clients.ts'

afterEach(() => void vi.unstubAllEnvs())

const endpoints = { AWS_ENDPOINT_URL: 'http://localhost:1', AWS_ENDPOINT_URL_S3: '' }

function settings(environment: Record<string, string>, isProcess: boolean) {
  const timeoutMs = 1000
  const access = awsAccess(environment, { timeoutMs, isProcess })
  return {
    section: 'artifacts',
    account: '111111111111',
    region: 'us-east-1',
    putImagePerSecond: 10,
    timeoutMs,
    access,
  }
}

it('another environment than that of this process gives its endpoints to the SDK', () => {
  expect(clientConfig(settings(endpoints, false), 'S3')).toMatchObject({ endpoint: 'http://localhost:1' })
  expect(clientConfig(settings(endpoints, true), 'S3')).not.toHaveProperty('endpoint')
})

it.each([
  ['ClusterNotFoundException', 'Cluster not found.', /^Create it, or correct cluster/],
  ['NoSuchBucket', 'The specified bucket does not exist', /make bootstrap/],
  ['RepositoryNotFoundException', 'It does not exist', /make bootstrap/],
])('%s is a fault of the set-up', (name, message, remedy) => {
  const error = Object.assign(new Error(message), {
    name,
    $fault: 'client',
    $metadata: { httpStatusCode: 400 },
  })
  expect(explainAws(error, settings({}, false), 'read it')).toMatchObject({
    code: 'aws-not-found',
    ending: 'badInput',
    remedy: expect.stringMatching(remedy),
  })
})

it('credentials that are missing come with the profile that the environment names', () => {
  const error = Object.assign(new Error('Could not load credentials from any providers'), {
    name: 'CredentialsProviderError',
  })
  const explained = (environment: Record<string, string>) =>
    explainAws(error, settings(environment, true), 'read it')
  expect(explained({ AWS_PROFILE: 'none' })).toMatchObject({
    code: 'aws-credentials',
    remedy: expect.stringMatching(/^AWS_PROFILE is "none": aws configure list-profiles/),
  })
  expect(explained({})).toMatchObject({ remedy: expect.stringMatching(/^Get valid AWS credentials/) })
})

it.each([
  ['AuthFailure', 401, 'aws-credentials'],
  ['RequestExpired', 400, 'aws-credentials'],
  ['UnauthorizedOperation', 403, 'aws-denied'],
  ['RequestLimitExceeded', 503, 'aws-unavailable'],
])('what EC2 calls %s is understood', (name, httpStatusCode, code) => {
  const error = Object.assign(new Error(name), { name, $fault: 'client', $metadata: { httpStatusCode } })
  expect(explainAws(error, settings({}, false), 'read it')).toMatchObject({ code })
})

it.each([
  ['EMFILE', 'machine-open-files'],
  ['ECONNREFUSED', 'aws-unavailable'],
  ['EACCES', 'aws-unavailable'],
])('a connection that ends with %s is %s', (code, expected) => {
  const error = Object.assign(new Error(`connect ${code} 127.0.0.1:1`), { code, syscall: 'connect' })
  expect(explainAws(error, settings({}, false), 'read it')).toMatchObject({ code: expected })
})

it.each([
  ['says nothing about endpoints', '', 'localhost'],
  ['ignores them', 'ignore_configured_endpoint_urls = true', 's3.us-east-1.amazonaws.com'],
])('in this process a profile that %s decides where a call goes', async (_, line, host) => {
  const home = mkdtempSync(join(tmpdir(), 'waybill-aws-'))
  onTestFinished(() => rmSync(home, { recursive: true }))
  const file = join(home, 'config')
  const keys = 'aws_access_key_id = id\naws_secret_access_key = secret'
  writeFileSync(file, `[profile staging]\n${keys}\n${line}\n`)
  const environment = { ...endpoints, AWS_PROFILE: 'staging', AWS_CONFIG_FILE: file }
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
  const { sdk, client } = await openS3(settings(environment, true))
  const hosts: string[] = []
  client.middlewareStack.add(
    () =>
      async ({ request }) => {
        const { hostname, path } = request as { hostname: string; path: string }
        hosts.push(`${hostname}${path}`)
        throw new Error('not sent')
      },
    { step: 'build' },
  )
  await expect(client.send(new sdk.HeadBucketCommand({ Bucket: 'artifacts' }))).rejects.toThrow('not sent')
  // The environment decides whether the bucket is in the path, as it does for Terraform. AWS takes both.
  expect(hosts).toEqual([`${host}/artifacts/`])
})
