import { BatchDeleteImageCommand } from '@aws-sdk/client-ecr'
import { DeleteObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3'
import { expect, it } from 'vitest'
import { clientsFor } from '../../../emulator/clients.ts'
import { mediaTypes, pushImage, sampleImage } from '../../../emulator/sample-image.ts'
import { moveTag } from '../../../support/releases.ts'
import { bucket, makeWorld, type World } from '../../../support/world.ts'

const TAG = 'service-a-v1.0.0'

async function released(): Promise<{ world: World; digest: string; commit: string }> {
  const world = await makeWorld()
  const commit = await world.git(['rev-parse', 'HEAD'])
  const image = await world.storeImage('service-a', commit)
  await world.json('release', { SERVICE: 'a', VERSION: '1.0.0' })
  await world.json('promote', { TAG })
  return { world, digest: image.digest, commit }
}

type Trace = { links: { name: string; state: string; detail: string }[]; error?: { problem: string } }

it('trace shows every link of a release, its pins and its referrers, and names a broken link', async () => {
  const { world, digest, commit } = await released()
  await world.json('pin', { ENV: 'staging', TAG })
  const { ecr, s3 } = clientsFor(world.emulator)
  const signature = sampleImage('signature', {
    artifactType: 'application/vnd.example.signature',
    subject: { mediaType: mediaTypes.ociManifest, digest, size: 1 },
  })
  await pushImage(ecr, 'service-a-image', signature)

  const { links } = await world.json<Trace>('trace', { TAG })
  expect(links.filter(({ state }) => state === 'ok').map(({ name }) => name)).toEqual([
    'tag',
    'commit',
    'source commit',
    'artifact by commit',
    'artifact by release',
    'record',
    'pin staging',
  ])
  expect(links.find(({ name }) => name === 'referrer')?.detail).toContain('application/vnd.example.signature')
  expect(links.find(({ name }) => name === 'commit')?.detail).toBe(`${commit} on main`)

  const Key = `releases/${TAG}.json`
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: '{"schema": 1' }))
  const corrupt = await world.waybill('trace', { TAG, JSON: '1' })
  expect(corrupt.code).toBe(3)
  const broken = (JSON.parse(corrupt.stdout) as Trace).links.filter(({ state }) => state === 'broken')
  expect(broken.map(({ name }) => name)).toEqual(['record', 'pin staging'])
  await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key }))
  const gone = await world.waybill('trace', { TAG })
  expect(gone).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('is broken at: record, pin staging'),
  })
  expect(gone.stdout).toContain(`✖ record               ${TAG} has no release record`)
})

it('trace names what was removed, replaced or moved since the release', async () => {
  const { world, digest, commit } = await released()
  await world.json('pin', { ENV: 'staging', TAG })
  const { ecr } = clientsFor(world.emulator)
  const repositoryName = 'service-a-image'
  const remove = (imageTag: string) =>
    ecr.send(new BatchDeleteImageCommand({ repositoryName, imageIds: [{ imageTag }] }))
  const links = async (tag = TAG) => {
    const { code, stdout } = await world.waybill('trace', { TAG: tag, JSON: '1' })
    // Neither what runs nor the ledger is looked at: these credentials are of the artifact account.
    const all = (JSON.parse(stdout) as Trace).links.filter(
      ({ name, state }) => state !== 'ok' && !/^(runs|ledger) staging$/.test(name),
    )
    return [code, Object.fromEntries(all.map(({ name, state, detail }) => [name, `${state}: ${detail}`]))]
  }
  const [built, name] = [`${repositoryName}:${commit}`, `${repositoryName}:${TAG}`]

  await remove(commit)
  const gone = { 'artifact by commit': `note: ${built} is gone; the release name still has it` }
  expect(await links()).toEqual([0, gone])

  const other = sampleImage('other')
  await pushImage(ecr, repositoryName, other, commit)
  const replaced = (what: string) => `broken: ${what} has ${other.digest}, but the record has ${digest}`
  expect(await links()).toEqual([3, { 'artifact by commit': replaced(built) }])
  await remove(TAG)
  await pushImage(ecr, repositoryName, other, TAG)
  expect(await links()).toEqual([
    3,
    { 'artifact by commit': replaced(built), 'artifact by release': replaced(name) },
  ])

  await world.git(['pull', '--quiet', '--rebase', 'origin', 'main'])
  const pin = JSON.stringify({ tag: TAG, commit, digest: other.digest })
  await world.commit({ 'cdktf/pins/staging/service-a.json': pin })
  await moveTag(world, TAG)
  expect(await links()).toEqual([
    3,
    expect.objectContaining({
      record: expect.stringMatching(/^broken: it has commit .*; git has commit /),
      'pin staging': `broken: it has commit ${commit} and ${other.digest}, but the record has ${commit} and ${digest}`,
    }),
  ])

  await world.git(['checkout', '--quiet', '-b', 'topic'])
  const topic = await world.commit({ 'README.md': 'a topic\n' }, 'A topic', false)
  await world.git(['tag', '--annotate', '--message', 'off', 'service-a-v2.0.0'])
  await world.git(['tag', 'service-a-v3.0.0', 'main'])
  await world.git(['push', '--quiet', 'origin', 'service-a-v2.0.0', 'service-a-v3.0.0'])
  expect(await links('service-a-v2.0.0')).toEqual([
    3,
    expect.objectContaining({ commit: `broken: ${topic} is on no release branch` }),
  ])
  const head = await world.git(['rev-parse', 'main'])
  expect(await links('service-a-v3.0.0')).toEqual([
    3,
    expect.objectContaining({ tag: `broken: ${head} is not an annotated tag` }),
  ])
})

it('a pin that cannot be used hides no other link, and a yank says so after it has read all pins', async () => {
  const { world } = await released()
  await world.json('pin', { ENV: 'staging', TAG })
  await world.git(['pull', '--quiet', '--rebase', 'origin', 'main'])
  await world.commit({ 'cdktf/pins/prod/service-a.json': '{' })
  const traced = await world.waybill('trace', { TAG, JSON: '1' })
  expect(traced.code).toBe(3)
  const { links } = JSON.parse(traced.stdout) as Trace
  expect(links.filter(({ state }) => state === 'broken').map(({ name }) => name)).toEqual(['pin prod'])
  const yanked = await world.waybill('yank', { TAG, REASON: 'loses orders', JSON: '1' })
  expect(yanked.code).toBe(0)
  expect(JSON.parse(yanked.stdout)).toMatchObject({ result: 'created', pinnedIn: ['staging'] })
  expect(yanked.stderr).toContain('cdktf/pins/prod/service-a.json')
})

it('a main branch that the remote does not have is refused, not taken for one without pins', async () => {
  const { world } = await released()
  await world.git(['push', '--quiet', 'origin', 'main:trunk'])
  await world.git(['symbolic-ref', 'HEAD', 'refs/heads/trunk'], world.remote)
  await world.git(['push', '--quiet', 'origin', ':main'])
  for (const command of ['trace', 'yank', 'reconcile']) {
    const options = { trace: { TAG }, yank: { TAG, REASON: 'a test' }, reconcile: {} }[command]
    const { code, stderr } = await world.waybill(command, options)
    expect({ command, code }).toEqual({ command, code: 2 })
    expect(stderr).toMatch(/the remote origin has no branch main/)
  }
  const { Contents = [] } = await clientsFor(world.emulator).s3.send(
    new ListObjectsV2Command({ Bucket: bucket, Prefix: 'releases/yanked/' }),
  )
  expect(Contents).toEqual([])
})

it('a tag that does not exist is broken from the first link on', async () => {
  const world = await makeWorld()
  const { code, stdout, stderr } = await world.waybill('trace', { TAG: 'service-a-v9.9.9' })
  expect((stdout + stderr).split('the remote has no tag service-a-v9.9.9')).toHaveLength(2)
  expect({ code, stderr }).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('is broken at: tag, commit'),
  })
})

it('a yanked release cannot be pinned, keeps its first reason, and trace shows it', async () => {
  const { world } = await released()
  await world.json('pin', { ENV: 'staging', TAG })
  const unreleased = await world.waybill('yank', { TAG: 'service-a-v2.0.0', REASON: 'bad' })
  expect(unreleased).toMatchObject({ code: 2, stderr: expect.stringContaining('is not released') })
  expect(await world.waybill('yank', { TAG })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('REASON is missing'),
  })

  world.emulator.clearRequests()
  const dry = await world.json('yank', { TAG, REASON: 'x', DRY_RUN: '1' })
  expect(dry).toMatchObject({ result: 'would be created' })
  expect(world.emulator.requests().filter(({ write }) => write)).toEqual([])
  const yanked = await world.json('yank', { TAG, REASON: 'loses orders' })
  expect(yanked).toMatchObject({ result: 'created', pinnedIn: ['staging'], yank: { reason: 'loses orders' } })
  const again = await world.json('yank', { TAG, REASON: 'another reason' })
  expect(again).toMatchObject({
    result: 'already done',
    yank: { reason: 'loses orders', by: 'Test <test@example.com>' },
  })

  const pin = await world.waybill('pin', { ENV: 'prod', TAG })
  expect(pin).toMatchObject({ code: 3, stderr: expect.stringMatching(/was yanked[\s\S]*loses orders/) })
  const trace = await world.waybill('trace', { TAG })
  expect(trace).toMatchObject({ code: 3, stdout: expect.stringMatching(/– yank +loses orders \(Test/) })
  expect(trace.stderr).toContain('is broken at: pin staging')
})

it('a yank whose author and reason hold what a terminal acts on is printed plainly, on one line', async () => {
  const { world } = await released()
  await world.json('pin', { ENV: 'staging', TAG })
  const hostile = 'evil\u001b[2J\u009b1m\u202e\n  \u2714 all is well'
  const marker = { schema: 1, tag: TAG, reason: hostile, by: hostile, at: '2026-01-02T03:04:05Z' }
  const { s3 } = clientsFor(world.emulator)
  const Key = `releases/${TAG}.yanked.json`
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: JSON.stringify(marker) }))
  const outcomes = [
    await world.waybill('trace', { TAG }),
    await world.waybill('pin', { ENV: 'prod', TAG }),
    await world.waybill('reconcile', { DRY_RUN: '1' }),
    await world.waybill('yank', { TAG, REASON: 'again' }),
  ]
  for (const { stdout, stderr } of outcomes) {
    expect(`${stdout}${stderr}`).toContain('evil')
    expect(`${stdout}${stderr}`).not.toMatch(/(?!\n)\p{Cc}|\p{Cf}/u)
    expect(`${stdout}${stderr}`).not.toMatch(/^ *\u2714 all is well/m)
  }
})
