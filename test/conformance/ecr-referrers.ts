import { ListImageReferrersCommand } from '@aws-sdk/client-ecr'
import { expect } from 'vitest'
import type { SampleImage } from '../emulator/sample-image.ts'
import { sampleImage, sampleIndex } from '../emulator/sample-image.ts'
import { push, put } from './ecr-images.ts'
import type { Expectation } from './expectation.ts'
import { ecrReference } from './expectation.ts'
import type { Target } from './target.ts'

const service = 'ecr'
const sbomType = 'application/spdx+json'

/** What ECR knows of what is attached to an image. */
export const ecrReferrers: Expectation[] = [
  {
    title:
      'ListImageReferrers names what is attached to a digest, with type and annotations, and filters by type',
    row: 'ecr-retag',
    service,
    source: ecrReference('ListImageReferrers', 'Request Parameters, filter; Response Elements, referrers'),
    run: async target => {
      const repository = await target.repository()
      const { image, sbom } = await attach(target, repository, 'referrers')
      const signature = referrer(
        image,
        'referrers signature',
        'application/vnd.dev.cosign.simplesigning.v1+json',
      )
      await push(target, repository, signature)
      const all = await list(target, repository, image)
      expect(all.map(({ digest }) => digest).sort()).toEqual([sbom.digest, signature.digest].sort())
      expect(await list(target, repository, image, [sbomType])).toMatchObject([
        {
          digest: sbom.digest,
          artifactType: sbomType,
          mediaType: sbom.mediaType,
          annotations: { by: 'conformance' },
        },
      ])
    },
  },
  {
    title: 'a retag keeps what is attached to the digest; a copy in another repository has nothing attached',
    row: 'ecr-retag',
    service,
    source: 'OCI Distribution Specification, Listing Referrers; Amazon ECR User Guide, Retagging an image',
    run: async target => {
      const repository = await target.repository()
      const { image, sbom } = await attach(target, repository, 'kept')
      await put(target, repository, image, 'kept-v1.0.0', image.digest)
      expect((await list(target, repository, image)).map(({ digest }) => digest)).toEqual([sbom.digest])
      const other = await target.repository('other')
      await push(target, other, image, 'copied')
      expect(await list(target, other, image)).toEqual([])
    },
  },
  {
    title: 'an attestation inside an index is not a referrer',
    row: 'ecr-attestations',
    service,
    source:
      'Docker Build, Attestations, Attestation storage; OCI Distribution Specification, Listing Referrers',
    run: async target => {
      const repository = await target.repository()
      const [image, attestation] = [sampleImage('inside'), sampleImage('inside attestation')]
      for (const child of [image, attestation]) await push(target, repository, child)
      await push(target, repository, sampleIndex([image, attestation]), 'inside')
      expect(await list(target, repository, image)).toEqual([])
    },
  },
]

function referrer(to: SampleImage, name: string, artifactType: string): SampleImage {
  const subject = { mediaType: to.mediaType, digest: to.digest, size: Buffer.byteLength(to.manifest) }
  return sampleImage(name, { artifactType, subject, annotations: { by: 'conformance' } })
}

async function attach(target: Target, repository: string, name: string) {
  const image = sampleImage(name)
  await push(target, repository, image, name)
  const sbom = referrer(image, `${name} sbom`, sbomType)
  await push(target, repository, sbom)
  return { image, sbom }
}

async function list({ ecr }: Target, repositoryName: string, image: SampleImage, artifactTypes?: string[]) {
  const filter = artifactTypes && { artifactTypes }
  const subjectId = { imageDigest: image.digest }
  return (
    (await ecr.send(new ListImageReferrersCommand({ repositoryName, subjectId, filter }))).referrers ?? []
  )
}
