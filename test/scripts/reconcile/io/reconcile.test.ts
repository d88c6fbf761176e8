import { BatchDeleteImageCommand, PutImageCommand } from '@aws-sdk/client-ecr'
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { expect, it } from 'vitest'
import { clientsFor } from '../../../emulator/clients.ts'
import { pushTag, putObject, readObject, storeZip } from '../../../support/releases.ts'
import { bucket, makeWorld, type World } from '../../../support/world.ts'

type Report = { findings: { subject: string; problem: string; fixable: boolean }[]; fixed: number }

async function reconcile(
  world: World,
  options: Record<string, string> = {},
): Promise<Report & { code: number }> {
  const { code, stdout } = await world.waybill('reconcile', { ...options, JSON: '1' })
  return { ...JSON.parse(stdout), code }
}

it('fixes what CI missed, and then finds nothing more', async () => {
  const world = await makeWorld()
  const { ecr, s3 } = clientsFor(world.emulator)
  const commit = await world.git(['rev-parse', 'HEAD'])
  const image = await world.storeImage('service-a', commit)
  for (const VERSION of ['1.0.0', '1.1.0', '1.2.0']) await world.json('release', { SERVICE: 'a', VERSION })
  await world.json('promote', { TAG: 'service-a-v1.0.0,service-a-v1.1.0' })
  // 1.0.0 loses its tag in ECR, 1.1.0 loses its record, and 1.2.0 was never promoted.
  const imageIds = [{ imageTag: 'service-a-v1.0.0' }]
  await ecr.send(new BatchDeleteImageCommand({ repositoryName: 'service-a-image', imageIds }))
  await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'releases/service-a-v1.1.0.json' }))

  const wanted = [
    { subject: 'service-a-v1.0.0', problem: 'a record whose artifact is gone', fixable: true },
    { subject: 'service-a-v1.1.0', problem: 'an artifact with a release name and no record', fixable: true },
    { subject: 'service-a-v1.2.0', problem: 'a tag without a release record', fixable: true },
  ]
  world.emulator.clearRequests()
  const listed = await reconcile(world, { DRY_RUN: '1' })
  expect(listed).toMatchObject({ code: 0, fixed: 0 })
  expect(listed.findings.toSorted((a, b) => a.subject.localeCompare(b.subject))).toEqual(wanted)
  expect(world.emulator.requests().filter(({ write }) => write)).toEqual([])

  expect(await reconcile(world)).toMatchObject({ code: 0, fixed: 3 })
  expect(await reconcile(world)).toEqual({ code: 0, findings: [], fixed: 0 })
  const trace = await world.json('trace', { TAG: 'service-a-v1.0.0' })
  expect(JSON.stringify(trace)).toContain(image.digest)
})

it('leaves what is not safe to fix to a person, and names each finding', async () => {
  const world = await makeWorld()
  const { ecr, s3 } = clientsFor(world.emulator)
  const commit = await world.git(['rev-parse', 'HEAD'])
  const image = await world.storeImage('service-a', commit)
  await world.json('release', { SERVICE: 'a', VERSION: '1.0.0' })
  await world.json('promote', { TAG: 'service-a-v1.0.0' })
  await world.json('pin', { ENV: 'staging', TAG: 'service-a-v1.0.0' })
  await world.json('yank', { TAG: 'service-a-v1.0.0', REASON: 'loses orders' })
  const { imageManifest, repositoryName } = {
    imageManifest: image.manifest,
    repositoryName: 'service-a-image',
  }
  await ecr.send(new PutImageCommand({ repositoryName, imageManifest, imageTag: 'service-a-v7.0.0' }))
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'releases/service-b-v7.0.0.zip', Body: 'x' }))
  await world.git(['pull', '--quiet', '--rebase', 'origin', 'main'])
  const pin = JSON.stringify({ tag: 'service-b-v9.0.0', commit, sha256: '0'.repeat(64) })
  const other = `sha256:${'0'.repeat(64)}`
  const edited = JSON.stringify({ tag: 'service-a-v1.0.0', commit, digest: other })
  await world.commit({
    'cdktf/pins/prod/service-b.json': pin,
    'cdktf/pins/staging/service-b.json': '{',
    'cdktf/pins/prod/service-a.json': edited,
    'cdktf/pins/qa/service-a.json': pin,
  })
  await world.git(['tag', 'service-a-v3.0.0'])
  await world.git(['push', '--quiet', 'origin', 'service-a-v3.0.0'])

  const { code, findings, fixed } = await reconcile(world)
  expect({ code, fixed }).toEqual({ code: 3, fixed: 0 })
  expect(Object.fromEntries(findings.map(({ subject, problem }) => [subject, problem]))).toEqual({
    'service-a-v3.0.0': expect.stringContaining('is not an annotated tag'),
    'service-a-image:service-a-v7.0.0': 'the remote has no tag service-a-v7.0.0',
    'releases/service-b-v7.0.0.zip': 'the remote has no tag service-b-v7.0.0',
    'cdktf/pins/staging/service-b.json': 'cannot be read',
    'cdktf/pins/prod/service-a.json': `has commit ${commit} and ${other}, but the record has ${commit} and ${image.digest}`,
    'cdktf/pins/qa/service-a.json': 'there is no environment qa',
    'cdktf/pins/prod/service-b.json': 'service-b-v9.0.0 has no release record',
    'cdktf/pins/staging/service-a.json': 'service-a-v1.0.0 was yanked: loses orders',
  })
})

it('tells the marker of a pre-release from the record of the release whose name it once shared', async () => {
  const world = await makeWorld()
  const { s3 } = clientsFor(world.emulator)
  await world.storeImage('service-a', await world.git(['rev-parse', 'HEAD']))
  const [candidate, other] = ['service-a-v2.0.0-rc.1', 'service-a-v2.0.0-rc.1.yanked']
  for (const VERSION of ['2.0.0-rc.1', '2.0.0-rc.1.yanked'])
    await world.json('release', { SERVICE: 'a', VERSION })
  await world.json('promote', { TAG: `${candidate},${other}` })
  await world.json('yank', { TAG: candidate, REASON: 'loses orders' })
  const pin = (TAG: string) => world.waybill('pin', { ENV: 'staging', TAG })
  expect(await pin(candidate)).toMatchObject({ code: 3, stderr: expect.stringContaining('loses orders') })
  expect(await pin(other)).toMatchObject({ code: 0 })
  expect(await reconcile(world)).toMatchObject({ code: 0, findings: [] })

  // As an earlier version wrote it.
  const [Key, old] = ['releases/yanked/service-a-v2.0.0-rc.1.json', `releases/${other}.json`]
  const marker = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }))
  const Body = (await marker.Body?.transformToString()) ?? ''
  await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key }))
  expect(await pin(candidate)).toMatchObject({ code: 3, stderr: expect.stringContaining('ALLOW_OLDER') })
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: old, Body }))
  expect(await pin(candidate)).toMatchObject({ code: 3, stderr: expect.stringContaining('loses orders') })
  const { code, findings } = await reconcile(world)
  expect({ code, subjects: findings.map(({ subject }) => subject) }).toEqual({
    code: 2,
    subjects: [other, 'cdktf/pins/staging/service-a.json'],
  })
})

it('goes on past a record, a marker and an image that cannot be read, and ends with the gravest code', async () => {
  const world = await makeWorld()
  const { s3 } = clientsFor(world.emulator)
  await world.storeImage('service-a', await world.git(['rev-parse', 'HEAD']))
  const versions = ['1.0.0', '1.1.0', '1.2.0', '1.3.0']
  for (const VERSION of versions) await world.json('release', { SERVICE: 'a', VERSION })
  await world.json('promote', { TAG: 'service-a-v1.0.0,service-a-v1.1.0,service-a-v1.2.0' })
  await world.json('pin', { ENV: 'staging', TAG: 'service-a-v1.1.0' })
  const put = (Key: string, Body = '{') => s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body }))
  await put('releases/service-a-v1.0.0.json')
  await put('releases/yanked/service-a-v1.1.0.json')
  // A record is only read where a listing does not show it to be the one that is wanted.
  await put('releases/service-a-v1.2.0.json', '{}')
  const isRecord = ({ operation, resource }: { operation: string; resource: string }) =>
    operation === 'GetObject' && resource.endsWith('/releases/service-a-v1.2.0.json')
  world.emulator.inject({ operation: isRecord, kind: 'error500' })
  const { code, findings, fixed } = await reconcile(world)
  expect({ code, fixed }).toEqual({ code: 2, fixed: 1 })
  expect(findings.map(({ subject, fixable }) => [subject, fixable]).toSorted()).toEqual([
    ['cdktf/pins/staging/service-a.json', false],
    ['service-a-v1.0.0', false],
    ['service-a-v1.2.0', false],
    ['service-a-v1.3.0', true],
  ])
  // One unusable object says nothing about another release.
  expect((await world.waybill('trace', { TAG: 'service-a-v1.3.0' })).code).toBe(0)
})

it('reads a record only where the listing does not show that it is what the release must have', async () => {
  const world = await makeWorld()
  const commit = await world.git(['rev-parse', 'HEAD'])
  await storeZip(world, 'service-b', commit)
  const tags = ['1.0.0', '1.1.0', '1.2.0'].map(version => `service-b-v${version}`)
  for (const tag of tags) await pushTag(world, tag, commit)
  await world.json('promote', { TAG: tags.join() })
  const keys = tags.map(tag => `releases/${tag}.json`)
  const [, spaced = '', other = ''] = keys
  const text = async (key: string) => String((await readObject(world, key))?.bytes)
  // The same record, and one of the same length that names another commit.
  await putObject(world, spaced, `${await text(spaced)}\n`)
  await putObject(world, other, (await text(other)).replaceAll(commit, 'e'.repeat(40)))
  world.emulator.clearRequests()
  const { code, findings } = await reconcile(world, { DRY_RUN: '1' })
  expect({ code, subjects: findings.map(({ subject }) => subject) }).toEqual({ code: 3, subjects: [tags[2]] })
  const read = world.emulator.requests().filter(({ operation }) => operation === 'GetObject')
  expect(read.map(({ resource }) => resource.replace(/^.*\/releases/, 'releases')).toSorted()).toEqual([
    spaced,
    other,
  ])
})

it('SINCE skips the tags of older commits', async () => {
  const world = await makeWorld()
  await world.git(['tag', '--annotate', '--message', 'old', 'service-a-v0.1.0'])
  await world.git(['push', '--quiet', 'origin', 'service-a-v0.1.0'])
  const since = await world.commit({ 'services/service-a/main.txt': 'new\n' })
  const all = await reconcile(world)
  expect(all).toMatchObject({ code: 4, findings: [{ subject: 'service-a-v0.1.0' }] })
  expect(await reconcile(world, { SINCE: since })).toMatchObject({ code: 0, findings: [] })
  const unknown = await world.waybill('reconcile', { SINCE: 'nope' })
  expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('"nope" names no commit') })
  await world.git(['checkout', '--quiet', '--orphan', 'other'])
  const other = await world.commit({}, 'Start anew', false)
  const elsewhere = await world.waybill('reconcile', { SINCE: other })
  expect(elsewhere).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('is not in the history of main'),
  })
})
