import {
  BatchGetImageCommand,
  CreateRepositoryCommand,
  PutImageTagMutabilityCommand,
} from '@aws-sdk/client-ecr'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ecrCalls } from '../calls.ts'
import { clientsFor, refusal } from '../clients.ts'
import type { Emulator } from '../emulator.ts'
import { startEmulator } from '../emulator.ts'
import { mediaTypes, pushImage, sampleImage, sampleIndex, sha256 } from '../sample-image.ts'

let emulator: Emulator
let ecr: ReturnType<typeof clientsFor>['ecr']
const image = sampleImage('one')

beforeAll(async () => {
  emulator = await startEmulator()
  ecr = clientsFor(emulator).ecr
})
afterAll(() => emulator.close())

const { repository, put, get } = ecrCalls(() => ecr)

describe('BatchGetImage', () => {
  it('answers 200 with an image or a failure for every id, tags and digests mixed', async () => {
    const repositoryName = await repository('batch')
    await pushImage(ecr, repositoryName, image, 'here')
    const answer = await get(
      repositoryName,
      { imageTag: 'here' },
      { imageTag: 'missing' },
      { imageDigest: image.digest },
    )
    expect(answer.images?.map(found => found.imageId)).toEqual([
      { imageDigest: image.digest, imageTag: 'here' },
      { imageDigest: image.digest },
    ])
    expect(answer.failures).toMatchObject([
      { imageId: { imageTag: 'missing' }, failureCode: 'ImageNotFound' },
    ])
  })

  it('takes 100 ids and refuses 101', async () => {
    const repositoryName = await repository('hundred')
    const ids = Array.from({ length: 101 }, (_, index) => ({ imageTag: `tag-${index}` }))
    expect((await get(repositoryName, ...ids.slice(1))).failures).toHaveLength(100)
    expect(await refusal(get(repositoryName, ...ids))).toEqual({
      name: 'InvalidParameterException',
      status: 400,
    })
  })

  it('returns the manifest byte for byte', async () => {
    const repositoryName = await repository('bytes')
    await pushImage(ecr, repositoryName, image, 'here')
    const [found] = (await get(repositoryName, { imageTag: 'here' })).images ?? []
    expect(found?.imageManifest).toBe(image.manifest)
    expect(sha256(found?.imageManifest ?? '')).toBe(found?.imageId?.imageDigest)
    expect(found?.imageManifestMediaType).toBe(mediaTypes.ociManifest)
  })

  it('returns an index as it is only to a client that accepts one', async () => {
    const repositoryName = await repository('index')
    const children = [sampleImage('amd'), sampleImage('arm')]
    for (const child of children) await pushImage(ecr, repositoryName, child)
    const index = sampleIndex(children)
    await pushImage(ecr, repositoryName, index, 'multi')
    const [whole] = (await get(repositoryName, { imageTag: 'multi' })).images ?? []
    expect(whole?.imageManifest).toBe(index.manifest)
    const narrow = new BatchGetImageCommand({
      repositoryName,
      imageIds: [{ imageTag: 'multi' }],
      acceptedMediaTypes: [mediaTypes.ociManifest],
    })
    expect((await ecr.send(narrow)).images?.[0]?.imageId?.imageDigest).toBe(children[0]?.digest)
  })
})

describe('PutImage', () => {
  it('refuses a digest that is not the one of the bytes', async () => {
    const repositoryName = await repository('digest')
    await pushImage(ecr, repositoryName, image)
    const reprinted = JSON.stringify(JSON.parse(image.manifest))
    const call = put(repositoryName, { ...image, manifest: reprinted }, 'a', image.digest)
    expect(await refusal(call)).toEqual({ name: 'ImageDigestDoesNotMatchException', status: 400 })
  })

  it('gives a second tag to a digest without changing it', async () => {
    const repositoryName = await repository('retag')
    await pushImage(ecr, repositoryName, image, 'commit')
    const answer = await put(repositoryName, image, 'release', image.digest)
    expect(answer.image?.imageId).toEqual({ imageDigest: image.digest, imageTag: 'release' })
    expect((await get(repositoryName, { imageTag: 'commit' }, { imageTag: 'release' })).images).toHaveLength(
      2,
    )
  })

  it('says that the same tag of the same digest exists', async () => {
    const repositoryName = await repository('same')
    await pushImage(ecr, repositoryName, image, 'a')
    expect((await refusal(put(repositoryName, image, 'a'))).name).toBe('ImageAlreadyExistsException')
    expect((await refusal(put(repositoryName, image))).name).toBe('ImageAlreadyExistsException')
  })

  it('can name the other error for it, since reports from AWS differ', async () => {
    const other = await startEmulator({ identicalPut: 'ImageTagAlreadyExistsException' })
    const client = clientsFor(other).ecr
    await client.send(
      new CreateRepositoryCommand({ repositoryName: 'same', imageTagMutability: 'IMMUTABLE' }),
    )
    await pushImage(client, 'same', image, 'a')
    expect((await refusal(pushImage(client, 'same', image, 'a'))).name).toBe('ImageTagAlreadyExistsException')
    await other.close()
  })

  it('refuses to move a tag of an immutable repository, and moves it in a mutable one', async () => {
    const [fixed, free] = [await repository('fixed'), await repository('free', 'MUTABLE')]
    const other = sampleImage('other')
    for (const repositoryName of [fixed, free]) {
      await pushImage(ecr, repositoryName, image, 'a')
      await pushImage(ecr, repositoryName, other)
    }
    expect(await refusal(put(fixed, other, 'a'))).toEqual({
      name: 'ImageTagAlreadyExistsException',
      status: 400,
    })
    await put(free, other, 'a')
    const digests = async (name: string) =>
      (await get(name, { imageTag: 'a' })).images?.[0]?.imageId?.imageDigest
    expect([await digests(fixed), await digests(free)]).toEqual([image.digest, other.digest])
    await ecr.send(
      new PutImageTagMutabilityCommand({ repositoryName: free, imageTagMutability: 'IMMUTABLE' }),
    )
    expect((await refusal(put(free, image, 'a'))).name).toBe('ImageTagAlreadyExistsException')
  })

  it('leaves excluded tags of an immutable repository mutable', async () => {
    await ecr.send(
      new CreateRepositoryCommand({
        repositoryName: 'excluded',
        imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
        imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'latest*' }],
      }),
    )
    const other = sampleImage('other')
    for (const tag of ['latest-1', 'v1']) await pushImage(ecr, 'excluded', image, tag)
    await pushImage(ecr, 'excluded', other, 'latest-1')
    expect((await refusal(put('excluded', other, 'v1'))).name).toBe('ImageTagAlreadyExistsException')
  })

  it('refuses an index whose children, and an image whose layers, are not there', async () => {
    const repositoryName = await repository('children')
    const index = sampleIndex([image])
    expect((await refusal(put(repositoryName, index, 'a'))).name).toBe('ReferencedImagesNotFoundException')
    expect((await refusal(put(repositoryName, image, 'a'))).name).toBe('LayersNotFoundException')
    expect((await get(repositoryName, { imageTag: 'a' })).failures).toHaveLength(1)
  })

  it.each(['-a', 'a b', 'a+b', 'a/b', `a${'b'.repeat(128)}`])('refuses the tag %j', async tag => {
    expect((await refusal(put('retag', image, tag))).name).toBe('InvalidParameterException')
  })

  it('refuses what is no manifest, and one of an unknown type', async () => {
    expect((await refusal(put('retag', { manifest: '{' }, 'x'))).name).toBe('InvalidParameterException')
    expect((await refusal(put('retag', { manifest: '{"schemaVersion":2}' }, 'x'))).name).toBe(
      'InvalidParameterException',
    )
  })

  it('takes 1,000 tags for one image and no more', async () => {
    const repositoryName = await repository('many')
    await pushImage(ecr, repositoryName, image)
    for (let index = 0; index < 1000; index += 50) {
      await Promise.all(
        Array.from({ length: 50 }, (_, offset) => put(repositoryName, image, `t${index + offset}`)),
      )
    }
    expect((await refusal(put(repositoryName, image, 'one-too-many'))).name).toBe('LimitExceededException')
  })
})
