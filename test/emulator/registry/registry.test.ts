import { CreateRepositoryCommand, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { clientsFor } from '../clients.ts'
import type { Emulator } from '../emulator.ts'
import { startEmulator } from '../emulator.ts'
import { mediaTypes, pushImage, sampleImage, sampleIndex, sha256 } from '../sample-image.ts'

let emulator: Emulator
let ecr: ReturnType<typeof clientsFor>['ecr']
let authorization: string
const image = sampleImage('one')

beforeAll(async () => {
  emulator = await startEmulator()
  ecr = clientsFor(emulator).ecr
  for (const [repositoryName, imageTagMutability] of [
    ['team/fixed', 'IMMUTABLE'],
    ['team/free', 'MUTABLE'],
  ] as const) {
    await ecr.send(new CreateRepositoryCommand({ repositoryName, imageTagMutability }))
    await pushImage(ecr, repositoryName, image, 'v1')
  }
  const [data] = (await ecr.send(new GetAuthorizationTokenCommand({}))).authorizationData ?? []
  authorization = `Basic ${data?.authorizationToken}`
})
afterAll(() => emulator.close())

function v2(path: string, init: { method?: string; headers?: Record<string, string>; body?: string } = {}) {
  return fetch(new URL(`/v2/${path}`, emulator.url), { ...init, headers: { authorization, ...init.headers } })
}

function putManifest(path: string, manifest: string, type = mediaTypes.ociManifest) {
  return v2(path, { method: 'PUT', headers: { 'content-type': type }, body: manifest })
}

it('asks for basic auth', async () => {
  const bare = await fetch(`${emulator.url}/v2/`)
  expect([bare.status, bare.headers.get('www-authenticate')]).toEqual([
    401,
    expect.stringMatching(/^Basic realm=/),
  ])
  expect((await v2('')).status).toBe(200)
})

it('returns the exact bytes and type of a manifest, by tag and by digest', async () => {
  for (const reference of ['v1', image.digest]) {
    const answer = await v2(`team/fixed/manifests/${reference}`)
    expect(await answer.text()).toBe(image.manifest)
    expect(answer.headers.get('content-type')).toBe(image.mediaType)
    expect(answer.headers.get('docker-content-digest')).toBe(image.digest)
  }
  const head = await v2('team/fixed/manifests/v1', { method: 'HEAD' })
  expect(head.headers.get('content-length')).toBe(String(Buffer.byteLength(image.manifest)))
  expect((await v2('team/fixed/manifests/v2')).status).toBe(404)
  expect((await v2('team/none/manifests/v1')).status).toBe(404)
})

it('refuses to overwrite an immutable tag, even with the same digest', async () => {
  const refused = await putManifest('team/fixed/manifests/v1', image.manifest)
  expect([refused.status, await refused.json()]).toMatchObject([
    400,
    {
      errors: [
        { code: 'TAG_INVALID', message: expect.stringContaining('because the repository is immutable') },
      ],
    },
  ])
  expect((await putManifest('team/free/manifests/v1', image.manifest)).status).toBe(201)
})

it('refuses manifests whose parts are missing and digests that do not match', async () => {
  expect((await putManifest('team/free/manifests/x', sampleImage('other').manifest)).status).toBe(400)
  expect(
    (
      await putManifest(
        'team/free/manifests/x',
        sampleIndex([sampleImage('other')]).manifest,
        mediaTypes.ociIndex,
      )
    ).status,
  ).toBe(400)
  expect((await putManifest(`team/free/manifests/${sha256('else')}`, image.manifest)).status).toBe(400)
})

it('takes blobs whole and in chunks, and checks their digest', async () => {
  const digest = sha256('a blob')
  const start = async () =>
    (await v2('team/free/blobs/uploads/', { method: 'POST' })).headers.get('location')?.slice(4) ?? ''
  const chunked = await start()
  const first = await v2(chunked, { method: 'PATCH', headers: { 'content-range': '0-1' }, body: 'a ' })
  expect([first.status, first.headers.get('range')]).toEqual([202, '0-1'])
  expect(
    (await v2(chunked, { method: 'PATCH', headers: { 'content-range': '5-8' }, body: 'gap' })).status,
  ).toBe(416)
  expect((await v2(`${chunked}?digest=${digest}`, { method: 'PUT', body: 'blob' })).status).toBe(201)
  expect(await (await v2(`team/free/blobs/${digest}`)).text()).toBe('a blob')
  expect((await v2(`${await start()}?digest=${digest}`, { method: 'PUT', body: 'else' })).status).toBe(400)
  const mount = await v2(`team/fixed/blobs/uploads/?mount=${digest}&from=team/free`, { method: 'POST' })
  expect(mount.status).toBe(202)
  expect((await v2(`team/fixed/blobs/${digest}`, { method: 'HEAD' })).status).toBe(404)
})

it('lists tags by page, and referrers by type', async () => {
  for (const tag of ['v2', 'v3']) await putManifest(`team/free/manifests/${tag}`, image.manifest)
  const page = await v2('team/free/tags/list?n=2')
  expect(await page.json()).toEqual({ name: 'team/free', tags: ['v1', 'v2'] })
  const next = /<\/v2\/([^>]+)>/.exec(page.headers.get('link') ?? '')?.[1] ?? ''
  expect(await (await v2(next)).json()).toEqual({ name: 'team/free', tags: ['v3'] })
  const subject = { mediaType: image.mediaType, digest: image.digest, size: 1 }
  const sbom = sampleImage('sbom', { artifactType: 'application/spdx+json', subject })
  await pushImage(ecr, 'team/free', sbom)
  const referrers = await v2(`team/free/referrers/${image.digest}?artifactType=application/spdx%2Bjson`)
  expect(await referrers.json()).toMatchObject({
    mediaType: mediaTypes.ociIndex,
    manifests: [{ digest: sbom.digest }],
  })
  expect(await (await v2(`team/fixed/referrers/${image.digest}`)).json()).toMatchObject({ manifests: [] })
})

it('deletes a tag, and the image with its last one', async () => {
  const own = sampleImage('deleted')
  for (const tag of ['gone', 'left']) await pushImage(ecr, 'team/free', own, tag)
  const remove = (reference: string) => v2(`team/free/manifests/${reference}`, { method: 'DELETE' })
  const status = async (reference: string) => (await v2(`team/free/manifests/${reference}`)).status
  expect((await remove('gone')).status).toBe(202)
  expect([await status('gone'), await status('left'), await status(own.digest)]).toEqual([404, 200, 200])
  expect((await remove('left')).status).toBe(202)
  expect(await status(own.digest)).toBe(404)
  const again = await remove('left')
  expect([again.status, await again.json()]).toMatchObject([404, { errors: [{ code: 'MANIFEST_UNKNOWN' }] }])
})

it('deletes an image with all its tags by its digest, but no child of an index', async () => {
  const [own, child] = [sampleImage('by digest'), sampleImage('child')]
  for (const tag of ['d1', 'd2']) await pushImage(ecr, 'team/free', own, tag)
  await pushImage(ecr, 'team/free', child)
  await pushImage(ecr, 'team/free', sampleIndex([child]), 'index')
  const remove = (digest: string) => v2(`team/free/manifests/${digest}`, { method: 'DELETE' })
  expect((await remove(own.digest)).status).toBe(202)
  expect((await v2('team/free/manifests/d1')).status).toBe(404)
  expect((await remove(child.digest)).status).toBe(403)
  expect((await remove('sha256:short')).status).toBe(400)
})

it('deletes blobs that no image has, and uploads', async () => {
  const remove = (path: string) => v2(path, { method: 'DELETE' })
  const digest = sha256('spare')
  const start = await v2(`team/free/blobs/uploads/?digest=${digest}`, { method: 'POST', body: 'spare' })
  expect(start.status).toBe(201)
  expect((await remove(`team/free/blobs/${digest}`)).status).toBe(202)
  expect((await remove(`team/free/blobs/${digest}`)).status).toBe(404)
  const [, layer = ''] = image.blobs
  expect((await remove(`team/free/blobs/${sha256(layer)}`)).status).toBe(403)
  const { headers } = await v2('team/free/blobs/uploads/', { method: 'POST' })
  const upload = headers.get('location')?.slice(4) ?? ''
  expect([(await remove(upload)).status, (await v2(upload)).status]).toEqual([204, 404])
})

it('says so when it has no such method', async () => {
  expect((await v2('team/free/manifests/v1', { method: 'PATCH' })).status).toBe(405)
})
