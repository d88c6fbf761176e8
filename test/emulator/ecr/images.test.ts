import {
  BatchCheckLayerAvailabilityCommand,
  BatchDeleteImageCommand,
  GetDownloadUrlForLayerCommand,
  ListImagesCommand,
} from '@aws-sdk/client-ecr'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ecrCalls } from '../calls.ts'
import { clientsFor } from '../clients.ts'
import type { Emulator } from '../emulator.ts'
import { startEmulator } from '../emulator.ts'
import { pushBlob, pushImage, sampleImage, sampleIndex, sha256 } from '../sample-image.ts'

let emulator: Emulator
let ecr: ReturnType<typeof clientsFor>['ecr']
const image = sampleImage('one')

beforeAll(async () => {
  emulator = await startEmulator()
  ecr = clientsFor(emulator).ecr
})
afterAll(() => emulator.close())

const { repository, put, get } = ecrCalls(() => ecr)

describe('images', () => {
  it('lists every tag and every untagged image, page by page', async () => {
    const repositoryName = await repository('list')
    await pushImage(ecr, repositoryName, image, 'a')
    await put(repositoryName, image, 'b')
    await pushImage(ecr, repositoryName, sampleImage('untagged'))
    const first = await ecr.send(new ListImagesCommand({ repositoryName, maxResults: 2 }))
    const second = await ecr.send(new ListImagesCommand({ repositoryName, nextToken: first.nextToken }))
    expect([first.imageIds?.length, second.imageIds?.length, second.nextToken]).toEqual([2, 1, undefined])
    const tagged = await ecr.send(new ListImagesCommand({ repositoryName, filter: { tagStatus: 'TAGGED' } }))
    expect(tagged.imageIds?.map(id => id.imageTag)).toEqual(['a', 'b'])
  })

  it('deletes a tag, and with its last tag the image', async () => {
    const repositoryName = await repository('delete')
    await pushImage(ecr, repositoryName, image, 'a')
    await put(repositoryName, image, 'b')
    const remove = (imageTag: string) =>
      ecr.send(new BatchDeleteImageCommand({ repositoryName, imageIds: [{ imageTag }] }))
    await remove('a')
    expect((await get(repositoryName, { imageDigest: image.digest })).images).toHaveLength(1)
    await remove('b')
    expect((await get(repositoryName, { imageDigest: image.digest })).failures).toHaveLength(1)
  })

  it('does not delete the child of an index', async () => {
    const repositoryName = await repository('parent')
    await pushImage(ecr, repositoryName, image)
    await pushImage(ecr, repositoryName, sampleIndex([image]), 'multi')
    const call = new BatchDeleteImageCommand({ repositoryName, imageIds: [{ imageDigest: image.digest }] })
    expect((await ecr.send(call)).failures?.[0]?.failureCode).toBe('ImageReferencedByManifestList')
  })
})

describe('layers', () => {
  it('says which are there, and gives a link to download them', async () => {
    const repositoryName = await repository('layers')
    const blob = Buffer.from('a layer')
    await pushBlob(ecr, repositoryName, blob)
    const layerDigests = [sha256(blob), sha256('none')]
    const { layers } = await ecr.send(
      new BatchCheckLayerAvailabilityCommand({ repositoryName, layerDigests }),
    )
    expect(layers?.map(layer => layer.layerAvailability)).toEqual(['AVAILABLE', 'UNAVAILABLE'])
    const link = await ecr.send(
      new GetDownloadUrlForLayerCommand({ repositoryName, layerDigest: sha256(blob) }),
    )
    expect(await (await fetch(link.downloadUrl ?? '')).text()).toBe('a layer')
  })
})
