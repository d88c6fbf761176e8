import { expect, it } from 'vitest'
import type { Stores } from '../../../../scripts/artifacts/io/stores.ts'
import type { ReleaseRecord } from '../../../../scripts/release/record.ts'
import { releasedDigests } from '../../../../scripts/rollout/io/released-digests.ts'
import { digest } from '../../samples.ts'

const name = { type: 'image', repository: 'service-a-image', tag: 'service-a-v1.0.0' } as const
const record = { artifact: { ...name, digest: digest('a') } } as unknown as ReleaseRecord

/** The digests of a release whose image has a manifest. */
function digestsOf(manifest: string) {
  const image = { digest: digest('a'), manifest, mediaType: undefined }
  const ecr = async () => ({ find: async () => new Map([[name.tag, image]]) })
  return releasedDigests({ ecr } as unknown as Stores, record, { acceptsIndex: true })
}

it('are those of an image, and of the images in an index', async () => {
  expect(await digestsOf('{"config":{}}')).toEqual([digest('a')])
  const index = { manifests: [{ digest: digest('b') }, { digest: 'none' }] }
  expect(await digestsOf(JSON.stringify(index))).toEqual([digest('a'), digest('b')])
})

it.each([
  ['<html>', 'invalid-json'],
  ['', 'invalid-json'],
  ['[]', 'invalid-content'],
  ['{"manifests":{}}', 'invalid-content'],
])('cannot be told from a manifest %j, which is no bug in Waybill', async (manifest, code) => {
  await expect(digestsOf(manifest)).rejects.toMatchObject({
    code,
    message: expect.stringContaining('the manifest of service-a-image:service-a-v1.0.0'),
  })
})
