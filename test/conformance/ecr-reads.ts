import { DescribeImagesCommand, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr'
import { expect } from 'vitest'
import { sampleImage, sampleIndex, sha256 } from '../emulator/sample-image.ts'
import { get, push, pushed } from './ecr-images.ts'
import type { Expectation } from './expectation.ts'
import { ecrReference } from './expectation.ts'
import { refused } from './refusal.ts'

const service = 'ecr'

/** What ECR answers to reads. */
export const ecrReads: Expectation[] = [
  {
    title: 'BatchGetImage answers an image or a failure for each id, tags and digests mixed',
    row: 'ecr-mixed-ids',
    service,
    source: ecrReference('BatchGetImage', 'Response Elements, failures'),
    run: async target => {
      const repository = await target.repository()
      const [one, two] = [sampleImage('mixed one'), sampleImage('mixed two')]
      await push(target, repository, one, 'mixed-one')
      await push(target, repository, two)
      const missing = [{ imageTag: 'mixed-none' }, { imageDigest: sha256('mixed none') }]
      const here = [{ imageTag: 'mixed-one' }, { imageDigest: two.digest }]
      const answer = await get(target, repository, [...here, ...missing])
      expect(answer.$metadata.httpStatusCode).toBe(200)
      expect(answer.images?.map(image => image.imageId?.imageDigest).sort()).toEqual(
        [one.digest, two.digest].sort(),
      )
      expect(answer.failures).toHaveLength(2)
      for (const imageId of missing) {
        expect(answer.failures).toContainEqual(
          expect.objectContaining({ failureCode: 'ImageNotFound', imageId }),
        )
      }
    },
  },
  {
    title: 'BatchGetImage has an entry for each of two tags of one digest',
    row: 'ecr-mixed-ids',
    service,
    source: ecrReference('BatchGetImage', 'Response Elements, images'),
    run: async target => {
      const { repository, image } = await pushed(target, 'two tags', 'two-tags-a', 'two-tags-b')
      const ids = [{ imageTag: 'two-tags-a' }, { imageTag: 'two-tags-b' }]
      const { images = [] } = await get(target, repository, ids)
      expect(images.map(({ imageId }) => imageId?.imageTag).sort()).toEqual(['two-tags-a', 'two-tags-b'])
      expect(new Set(images.map(({ imageId }) => imageId?.imageDigest))).toEqual(new Set([image.digest]))
    },
  },
  {
    title: 'BatchGetImage takes 100 ids and refuses 101',
    row: 'ecr-mixed-ids',
    service,
    source: ecrReference('BatchGetImage', 'Request Parameters, imageIds: 1 to 100 items'),
    run: async target => {
      const repository = await target.repository()
      const ids = Array.from({ length: 101 }, (_, index) => ({ imageTag: `hundred-${index}` }))
      expect((await get(target, repository, ids.slice(1))).failures).toHaveLength(100)
      const refusal = await refused(get(target, repository, ids))
      expect(refusal).toMatchObject({ name: 'InvalidParameterException', status: 400 })
    },
  },
  {
    title: 'BatchGetImage answers the exact bytes, odd spacing too, with their digest and media type',
    row: 'ecr-exact-bytes',
    service,
    source: 'OCI Image Format Specification, Content Descriptors, Digests',
    run: async target => {
      const { repository, image } = await pushed(target, 'exact bytes', 'exact-bytes')
      const [found] = (await get(target, repository, [{ imageTag: 'exact-bytes' }])).images ?? []
      expect(found?.imageManifest).toBe(image.manifest)
      expect(found?.imageId?.imageDigest).toBe(sha256(image.manifest))
      expect(found?.imageManifestMediaType).toBe(image.mediaType)
    },
  },
  {
    title: 'BatchGetImage answers an index as it is to whoever accepts every media type',
    row: 'ecr-media-types',
    service,
    source: ecrReference('BatchGetImage', 'Request Parameters, acceptedMediaTypes'),
    run: async target => {
      const repository = await target.repository()
      const children = [sampleImage('index amd64'), sampleImage('index arm64')]
      for (const child of children) await push(target, repository, child)
      const index = sampleIndex(children)
      await push(target, repository, index, 'index')
      const [whole] = (await get(target, repository, [{ imageTag: 'index' }])).images ?? []
      expect(whole).toMatchObject({ imageManifest: index.manifest, imageId: { imageDigest: index.digest } })
      // To others it may answer a child instead, but never other bytes under the index's digest.
      const narrow = await get(
        target,
        repository,
        [{ imageTag: 'index' }],
        ['application/vnd.oci.image.manifest.v1+json'],
      )
      for (const { imageManifest = '', imageId } of narrow.images ?? []) {
        expect(imageId?.imageDigest).toBe(sha256(imageManifest))
      }
    },
  },
  {
    title: 'DescribeImages names the digest, every tag and the media type, and refuses a missing image',
    row: 'ecr-thousand-tags',
    service,
    source: ecrReference('DescribeImages', 'Response Elements, imageDetails; Errors, ImageNotFoundException'),
    run: async target => {
      const { repository, image } = await pushed(target, 'described', 'described-a', 'described-b')
      const describe = (imageTag: string) =>
        target.ecr.send(new DescribeImagesCommand({ repositoryName: repository, imageIds: [{ imageTag }] }))
      const { imageDetails: [detail] = [] } = await describe('described-b')
      expect(detail).toMatchObject({ imageDigest: image.digest, imageManifestMediaType: image.mediaType })
      expect(detail?.imageTags?.toSorted()).toEqual(['described-a', 'described-b'])
      expect(detail?.imagePushedAt?.getTime()).toBeGreaterThan(Date.now() - 3_600_000)
      expect((await refused(describe('described-none'))).name).toBe('ImageNotFoundException')
    },
  },
  {
    title: 'the token is basic auth for the registry API, which answers the same bytes',
    row: 'ecr-registry',
    service,
    source: 'Amazon ECR User Guide, Private registry authentication, HTTP API authentication',
    run: async target => {
      const { repository, image } = await pushed(target, 'registry', 'registry')
      const { authorizationData: [data] = [] } = await target.ecr.send(new GetAuthorizationTokenCommand({}))
      const read = (path: string, headers: Record<string, string> = {}) =>
        fetch(`${data?.proxyEndpoint}/v2/${path}`, { headers, signal: AbortSignal.timeout(30_000) })
      const authorization = `Basic ${data?.authorizationToken}`
      expect((await read('')).status).toBe(401)
      expect((await read('', { authorization })).status).toBe(200)
      const answer = await read(`${repository}/manifests/registry`, {
        authorization,
        accept: image.mediaType,
      })
      expect([answer.status, await answer.text()]).toEqual([200, image.manifest])
      expect(answer.headers.get('docker-content-digest')).toBe(image.digest)
    },
  },
  {
    title: 'another account may not read a repository',
    row: 'other-accounts',
    service,
    source: 'Amazon ECR User Guide, Private repository policies',
    needs: 'another account',
    run: async target => {
      const repositoryName = await target.repository()
      const { ecr } = target.stranger()
      const call = new DescribeImagesCommand({ registryId: target.account, repositoryName })
      expect((await refused(ecr.send(call))).name).toBe('AccessDeniedException')
    },
  },
]
