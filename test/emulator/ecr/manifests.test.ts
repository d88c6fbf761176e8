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
import { mediaTypes, pushImage, sampleImage, sampleIndex } from '../sample-image.ts'

let emulator: Emulator
let ecr: ReturnType<typeof clientsFor>['ecr']
const image = sampleImage('one')

beforeAll(async () => {
  emulator = await startEmulator()
  ecr = clientsFor(emulator).ecr
  await repository('retag')
})
afterAll(() => emulator.close())

const { repository, put, get } = ecrCalls(() => ecr)

describe('BatchGetImage', () => {
  it('gives a client that does not accept an index its child for amd64, though another is first', async () => {
    const repositoryName = await repository('index')
    const children = [sampleImage('arm'), sampleImage('amd')]
    for (const child of children) await pushImage(ecr, repositoryName, child)
    const index = sampleIndex(children, 'arm64')
    await pushImage(ecr, repositoryName, index, 'multi')
    const narrow = new BatchGetImageCommand({
      repositoryName,
      imageIds: [{ imageTag: 'multi' }],
      acceptedMediaTypes: [mediaTypes.ociManifest],
    })
    expect((await ecr.send(narrow)).images?.[0]?.imageId?.imageDigest).toBe(children[1]?.digest)
  })
})

describe('PutImage', () => {
  it('says without a tag, too, that the image exists', async () => {
    const repositoryName = await repository('same')
    await pushImage(ecr, repositoryName, image, 'a')
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

  it('moves a tag of a repository for as long as that is mutable', async () => {
    const free = await repository('free', 'MUTABLE')
    const other = sampleImage('other')
    await pushImage(ecr, free, image, 'a')
    await pushImage(ecr, free, other)
    await put(free, other, 'a')
    const [found] = (await get(free, { imageTag: 'a' })).images ?? []
    expect(found?.imageId?.imageDigest).toBe(other.digest)
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

  it.each(['-a', 'a b', 'a+b', 'a/b', `a${'b'.repeat(128)}`])('refuses the tag %j', async tag => {
    expect((await refusal(put('retag', image, tag))).name).toBe('InvalidParameterException')
  })

  it.each([
    ['cut off', { manifest: '{' }, 'Invalid JSON syntax'],
    ['without a type', { manifest: '{"schemaVersion":2}' }, "'imageManifestMediaType' is required"],
    [
      'of an unknown type',
      {
        ...image,
        manifest: image.manifest.replace(image.mediaType, 'application/x'),
        mediaType: 'application/x',
      },
      "Unsupported manifest media type 'application/x'",
    ],
  ])('refuses a manifest that is %s', async (_, invalid, message) => {
    await expect(put('retag', invalid, 'x')).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringContaining(message),
    })
  })
})
