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
  it('gives a client that does not accept an index its first child', async () => {
    const repositoryName = await repository('index')
    const children = [sampleImage('amd'), sampleImage('arm')]
    for (const child of children) await pushImage(ecr, repositoryName, child)
    const index = sampleIndex(children)
    await pushImage(ecr, repositoryName, index, 'multi')
    const narrow = new BatchGetImageCommand({
      repositoryName,
      imageIds: [{ imageTag: 'multi' }],
      acceptedMediaTypes: [mediaTypes.ociManifest],
    })
    expect((await ecr.send(narrow)).images?.[0]?.imageId?.imageDigest).toBe(children[0]?.digest)
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

  it('refuses what is no manifest, and one of an unknown type', async () => {
    expect((await refusal(put('retag', { manifest: '{' }, 'x'))).name).toBe('InvalidParameterException')
    expect((await refusal(put('retag', { manifest: '{"schemaVersion":2}' }, 'x'))).name).toBe(
      'InvalidParameterException',
    )
  })
})
