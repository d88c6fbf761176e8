import { expect } from 'vitest'
import type { SampleImage } from '../emulator/sample-image.ts'
import { sampleImage, sampleIndex, sha256 } from '../emulator/sample-image.ts'
import { digestOf, push, pushed, put } from './ecr-images.ts'
import type { Expectation } from './expectation.ts'
import { ecrReference } from './expectation.ts'
import { refused } from './refusal.ts'
import type { Target } from './target.ts'

const service = 'ecr'
const exists = /^Image(Tag)?AlreadyExistsException$/

/** What ECR does with PutImage. */
export const ecrWrites: Expectation[] = [
  {
    title: 'PutImage refuses bytes that have not the digest which came with them',
    row: 'ecr-exact-bytes',
    service,
    source: ecrReference('PutImage', 'Errors, ImageDigestDoesNotMatchException'),
    run: async target => {
      const { repository, image } = await pushed(target, 'printed again')
      const again = { ...image, manifest: JSON.stringify(JSON.parse(image.manifest)) }
      const refusal = await refused(put(target, repository, again, 'printed-again', image.digest))
      expect(refusal).toMatchObject({ name: 'ImageDigestDoesNotMatchException', status: 400 })
      expect(await digestOf(target, repository, 'printed-again')).toBeUndefined()
    },
  },
  {
    title: 'PutImage gives a digest a second name, with the digest checked',
    row: 'ecr-retag',
    service,
    source: 'Amazon ECR User Guide, Retagging an image',
    run: async target => {
      const { repository, image } = await pushed(target, 'second name', 'second-name-commit')
      const answer = await put(target, repository, image, 'second-name-v1.0.0', image.digest)
      expect(answer.image?.imageId).toMatchObject({
        imageDigest: image.digest,
        imageTag: 'second-name-v1.0.0',
      })
      expect(await digestOf(target, repository, 'second-name-commit')).toBe(image.digest)
    },
  },
  {
    title: 'PutImage of the same digest under the same tag is refused as existing and changes nothing',
    row: 'ecr-existing-tag',
    service,
    source: `${ecrReference('PutImage', 'Errors, ImageAlreadyExistsException')}; containers-roadmap#2179, #2380`,
    run: async target => {
      const image = sampleImage('identical')
      const { refusal, digest } = await putOver(target, 'identical', image, image)
      expect(refusal).toMatchObject({ name: expect.stringMatching(exists), status: 400 })
      expect(digest).toBe(image.digest)
    },
  },
  {
    title: 'PutImage of another digest under a tag of an immutable repository is refused; the tag stays',
    row: 'ecr-existing-tag',
    service,
    source: `${ecrReference('PutImage', 'Errors, ImageTagAlreadyExistsException')}; containers-roadmap#2380`,
    run: async target => {
      const [first, second] = [sampleImage('immutable first'), sampleImage('immutable second')]
      const { refusal, digest } = await putOver(target, 'immutable', first, second)
      expect(refusal).toMatchObject({ name: expect.stringMatching(exists), status: 400 })
      expect(digest).toBe(first.digest)
    },
  },
  {
    title: 'PutImage refuses an index whose children are not in the repository',
    row: 'ecr-missing-parts',
    service,
    source: ecrReference('PutImage', 'Errors, ReferencedImagesNotFoundException'),
    run: target =>
      refusesParts(target, sampleIndex([sampleImage('no child')]), 'ReferencedImagesNotFoundException'),
  },
  {
    title: 'PutImage refuses an image whose layers are not in the repository',
    row: 'ecr-missing-parts',
    service,
    source: ecrReference('PutImage', 'Errors, LayersNotFoundException'),
    run: target => refusesParts(target, sampleImage('no layers'), 'LayersNotFoundException'),
  },
  {
    title: 'the 1,001st tag of an image is refused, which the SDK takes for throttling and tries three times',
    row: 'ecr-thousand-tags',
    service,
    source:
      'Amazon ECR User Guide, Service quotas, Tags per image; Smithy TypeScript, service-error-classification',
    needs: 'thousands of calls',
    run: async target => {
      const repository = await target.repository('many')
      const image = sampleImage('thousand tags')
      await push(target, repository, image)
      for (let first = 0; first < 1000; first += 50) {
        const tags = Array.from({ length: 50 }, (_, index) => `t${first + index}`)
        await Promise.all(tags.map(tag => put(target, repository, image, tag)))
      }
      const refusal = await refused(put(target, repository, image, 'one-too-many'))
      expect(refusal).toMatchObject({ name: 'LimitExceededException', attempts: 3 })
    },
  },
]

async function putOver(target: Target, tag: string, first: SampleImage, second: SampleImage) {
  const repository = await target.repository()
  await push(target, repository, first, tag)
  if (second !== first) await push(target, repository, second)
  const refusal = await refused(put(target, repository, second, tag, second.digest))
  return { refusal, digest: await digestOf(target, repository, tag) }
}

async function refusesParts(target: Target, image: SampleImage, name: string) {
  const repository = await target.repository()
  const tag = `parts-${sha256(image.manifest).slice(-12)}`
  expect(await refused(put(target, repository, image, tag))).toMatchObject({ name, status: 400 })
  expect(await digestOf(target, repository, tag)).toBeUndefined()
}
