import {
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseEnvironments } from '../../scripts/catalogue/environments.ts'
import { clientsFor } from '../emulator/clients.ts'
import { pushTag, readObject } from '../support/releases.ts'
import { bucket, environmentsJson, makeWorld, type World, zipService } from '../support/world.ts'
import { putBucketPolicy } from './bucket-policy.ts'

/* What the bucket's policy keeps as it is, from everybody in the artifact account, the jobs' roles included. */

const cleaners: (() => Promise<void>)[] = []
let world: World
let s3: S3Client
let build: string
const keys = () => [
  build,
  'releases/service-b-v1.0.0.zip',
  'releases/service-b-v1.0.0.json',
  'releases/yanked/service-b-v1.0.0.json',
  build.replace('builds/', 'releases/sources/').replace('.zip', '.json'),
]

beforeAll(async () => {
  const onFinished = (clean: () => Promise<void>) => void cleaners.push(clean)
  world = await makeWorld({ onFinished, files: zipService('service-b') })
  await putBucketPolicy(world, parseEnvironments(JSON.stringify(environmentsJson), { name: '', remedy: '' }))
  s3 = clientsFor(world.emulator).s3
  const commit = await world.git(['rev-parse', 'HEAD'])
  build = `builds/service-b-${commit}.zip`
  expect(await world.waybill('build')).toMatchObject({ code: 0 })
  await pushTag(world, 'service-b-v1.0.0', commit)
  // Copies the build on the server, under the same policy.
  expect(await world.waybill('promote', { TAG: 'service-b-v1.0.0' })).toMatchObject({ code: 0 })
  expect(await world.waybill('yank', { TAG: 'service-b-v1.0.0', REASON: 'a test' })).toMatchObject({
    code: 0,
  })
})
afterAll(async () => {
  for (const clean of cleaners.toReversed()) await clean()
})

const denied = { $metadata: { httpStatusCode: 403 }, name: 'AccessDenied' }

describe('what builds, releases and yanks store', () => {
  it('is written by the commands under this policy', async () => {
    for (const key of keys()) expect([key, await readObject(world, key)]).toEqual([key, expect.anything()])
  })

  it.each<[string, () => object, object]>([
    ['a put', () => ({}), denied],
    ['a put for the content that is there', () => ({ IfMatch: '*' }), denied],
    ['a put of something new', () => ({ IfNoneMatch: '*' }), { $metadata: { httpStatusCode: 412 } }],
  ])('is not replaced by %s', async (_, condition, error) => {
    for (const Key of keys())
      await expect(
        s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: 'other', ...condition() })),
      ).rejects.toMatchObject(error)
  })

  it('is not replaced by a copy or an upload in parts', async () => {
    const CopySource = `${bucket}/${build}`
    for (const Key of keys()) {
      const target = { Bucket: bucket, Key }
      await expect(s3.send(new CopyObjectCommand({ ...target, CopySource }))).rejects.toMatchObject(denied)
      await expect(
        s3.send(new CopyObjectCommand({ ...target, CopySource, IfNoneMatch: '*' })),
      ).rejects.toMatchObject({ $metadata: { httpStatusCode: 412 } })
      await expect(s3.send(new CreateMultipartUploadCommand(target))).rejects.toMatchObject(denied)
    }
  })

  it('is not deleted, in any way', async () => {
    for (const Key of keys()) {
      const target = { Bucket: bucket, Key }
      await expect(s3.send(new DeleteObjectCommand(target))).rejects.toMatchObject(denied)
      await expect(s3.send(new DeleteObjectCommand({ ...target, VersionId: 'x' }))).rejects.toMatchObject(
        denied,
      )
    }
    const Objects = keys().map(Key => ({ Key }))
    const { Errors = [] } = await s3.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects } }))
    expect(Errors.map(({ Key, Code }) => [Key, Code])).toEqual(keys().map(key => [key, 'AccessDenied']))
    for (const key of keys()) expect(await readObject(world, key)).toBeDefined()
  })
})
