import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Emulator } from '../emulator.ts'
import { startEmulator } from '../emulator.ts'
import { rawCalls } from '../raw-calls.ts'

const repositoryName = 'images'
const resourceArn = 'arn:aws:ecr:us-east-1:111111111111:repository/images'
let emulator: Emulator

beforeAll(async () => {
  emulator = await startEmulator()
})
afterAll(() => emulator.close())

const call = (operation: string, input: object) =>
  rawCalls(() => emulator).json('ecr', `AmazonEC2ContainerRegistry_V20150921.${operation}`, input)

it.each([
  ['BatchCheckLayerAvailability', { repositoryName }, 'layerDigests'],
  ['BatchDeleteImage', { repositoryName }, 'imageIds'],
  ['BatchGetImage', { repositoryName }, 'imageIds'],
  ['CompleteLayerUpload', { repositoryName }, 'uploadId'],
  ['CreateRepository', {}, 'repositoryName'],
  ['DeleteLifecyclePolicy', {}, 'repositoryName'],
  ['DeleteRepository', {}, 'repositoryName'],
  ['DeleteRepositoryPolicy', {}, 'repositoryName'],
  ['DescribeImages', {}, 'repositoryName'],
  ['GetDownloadUrlForLayer', { repositoryName }, 'layerDigest'],
  ['GetLifecyclePolicy', {}, 'repositoryName'],
  ['GetRepositoryPolicy', {}, 'repositoryName'],
  ['InitiateLayerUpload', {}, 'repositoryName'],
  ['ListImageReferrers', { repositoryName }, 'subjectId'],
  ['ListImages', {}, 'repositoryName'],
  ['ListTagsForResource', {}, 'resourceArn'],
  ['PutImage', { repositoryName }, 'imageManifest'],
  ['PutImageScanningConfiguration', { repositoryName }, 'imageScanningConfiguration'],
  ['PutImageTagMutability', { repositoryName }, 'imageTagMutability'],
  ['PutLifecyclePolicy', { repositoryName }, 'lifecyclePolicyText'],
  ['SetRepositoryPolicy', { repositoryName }, 'policyText'],
  ['TagResource', { resourceArn }, 'tags'],
  ['UntagResource', { resourceArn }, 'tagKeys'],
  ['UploadLayerPart', { repositoryName }, 'uploadId'],
])('%s with %j lacks %s', async (operation, input, member) => {
  const message = `Invalid parameter at '${member}' failed to satisfy constraint: 'must not be null'`
  expect(await call(operation, input)).toEqual({
    status: 400,
    body: { __type: 'InvalidParameterException', message },
  })
})

it.each([
  ['CreateRepository', { repositoryName, imageTagMutability: 'FIXED' }, 'imageTagMutability'],
  [
    'CreateRepository',
    { repositoryName, encryptionConfiguration: { encryptionType: 'DES' } },
    'encryptionConfiguration.encryptionType',
  ],
  ['DescribeImages', { repositoryName, filter: { tagStatus: 'OLD' } }, 'filter.tagStatus'],
  ['DescribeImages', { repositoryName, registryId: '1' }, 'registryId'],
  ['ListImages', { repositoryName, maxResults: 1001 }, 'maxResults'],
  ['TagResource', { resourceArn, tags: [{ Key: '', Value: 'a' }] }, 'tags.1.member.key'],
])('%s refuses %j', async (operation, input, member) => {
  expect(await call(operation, input)).toMatchObject({
    status: 400,
    body: { __type: 'InvalidParameterException', message: expect.stringContaining(`'${member}'`) },
  })
})

it('takes null for a member that is not there, and no number for a text', async () => {
  expect((await call('CreateRepository', { repositoryName, registryId: null })).status).toBe(200)
  expect(await call('ListImages', { repositoryName: 1 })).toMatchObject({
    status: 400,
    body: { __type: 'SerializationException' },
  })
})
