import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { connectEcr, type Ecr } from '../../../../scripts/artifacts/io/ecr.ts'
import { awsAccess } from '../../../../scripts/aws/access.ts'
import { systemClock } from '../../../../scripts/base/io/clock.ts'

const account = '111111111111'
const region = 'eu-central-1'
const digest = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`

/** An ECR that has one image, and gives this manifest for it. */
async function ecrWith(imageDigest: string, imageManifest: string): Promise<Ecr> {
  const image = { repositoryName: 'images', imageId: { imageDigest, imageTag: 'one' }, imageManifest }
  const server = createServer((_, response) => response.end(JSON.stringify({ images: [image] })))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const environment = {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_ACCESS_KEY_ID: 'AKIATEST',
    AWS_SECRET_ACCESS_KEY: 'test',
  }
  const access = awsAccess(environment, { timeoutMs: 5000, isProcess: false })
  const settings = { section: 'artifacts', account, region, putImagePerSecond: 10, timeoutMs: 5000, access }
  return await connectEcr(settings, systemClock)
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
