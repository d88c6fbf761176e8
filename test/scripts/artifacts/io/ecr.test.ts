import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { connectEcr, type Ecr } from '../../../../scripts/artifacts/io/ecr.ts'
import { systemClock } from '../../../../scripts/cli/io/clock.ts'
import { stubAws } from '../../../support/stub-aws.ts'

const digest = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`

/** An ECR that has one image, and gives this manifest for it. */
async function ecrWith(imageDigest: string, imageManifest: string): Promise<Ecr> {
  const image = { repositoryName: 'images', imageId: { imageDigest, imageTag: 'one' }, imageManifest }
  return await connectEcr(await stubAws({ images: [image] }), systemClock)
}

const manifest = '{"schemaVersion": 2, "annotations": {"é": "…"}}\n'

it('takes a manifest whose bytes have its digest, unchanged', async () => {
  const found = await (await ecrWith(digest(manifest), manifest)).find('images', ['one'])
  expect(found.get('one')).toMatchObject({ digest: digest(manifest), manifest })
})

it('refuses a manifest whose bytes have another digest, and names both', async () => {
  const changed = manifest.trimEnd()
  await expect((await ecrWith(digest(manifest), changed)).find('images', ['one'])).rejects.toMatchObject({
    code: 'ecr-other-manifest',
    ending: 'refused',
    message: 'ECR gave another manifest than that of images:one',
    cause: `its digest is ${digest(manifest)}, but the manifest that came has ${digest(changed)}`,
  })
})
