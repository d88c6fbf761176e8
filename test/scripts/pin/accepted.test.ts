import { expect, it } from 'vitest'
import { parseEnvironments } from '../../../scripts/catalogue/environments.ts'
import { requireRecordedName } from '../../../scripts/pin/artifact-name.ts'
import { requireAccepted } from '../../../scripts/pin/pre-release.ts'
import { makeRecord } from '../../../scripts/release/record.ts'
import { config, digest, sampleRelease, tag, userError } from '../samples.ts'

const place = { account: '111111111111', region: 'eu-central-1' }
const environments = parseEnvironments(
  JSON.stringify({
    artifacts: { ...place, bucket: 'acme-artifacts' },
    environments: { staging: place, prod: { ...place, preReleases: false } },
  }),
  { name: 'cdktf/environments.json', remedy: '' },
)

it.each([
  ['staging', 'service-a-v1.1.0-rc.1'],
  ['staging', 'service-a-v1.1.0'],
  ['prod', 'service-a-v1.1.0'],
])('%s accepts %s', (environment, name) => {
  expect(() => requireAccepted(environments, environment, tag(name))).not.toThrow()
})

it('a pre-release is refused where preReleases is false, with the command that makes the final version', () => {
  const error = userError(() => requireAccepted(environments, 'prod', tag('service-a-v1.1.0-rc.1')))
  expect(error).toMatchObject({
    code: 'pin-pre-release',
    message: 'prod does not accept pre-releases, and service-a-v1.1.0-rc.1 is one',
    cause: 'preReleases is false for prod in cdktf/environments.json',
    remedy: expect.stringContaining('make release SERVICE=service-a VERSION=1.1.0'),
  })
})

const record = makeRecord(sampleRelease('image'), digest('a'))

it('a stack uses the name that the record has; a service of another type gets an error of its own', () => {
  expect(() => requireRecordedName(record, config('ecs-service'))).not.toThrow()
  expect(() => requireRecordedName(record, config('lambda-zip'))).not.toThrow()
})

it('a stack that would use another name is refused, and both are named', () => {
  const moved = config('ecs-service', { repository: 'acme/a' })
  expect(userError(() => requireRecordedName(record, moved))).toMatchObject({
    code: 'pin-other-name',
    message: 'the stack of service-a would not use the artifact that was released as service-a-v1.1.0',
    cause:
      'the release record says service-a-image:service-a-v1.1.0, but services/service-a/service.json leads to acme/a:service-a-v1.1.0',
    remedy: expect.stringContaining('Set repository in services/service-a/service.json back'),
  })
})
