import { z } from 'zod'
import type { Identity } from '../iam/identities.ts'
import { pageSchema, paginate, readInput, targetSchema } from './input.ts'
import type { EcrState, Repository, StoredImage } from './state.ts'
import { findRepository } from './state.ts'

const listSchema = targetSchema.extend({
  ...pageSchema.shape,
  maxResults: z.number().int().min(1).max(50).default(20),
  subjectId: z.object({ imageDigest: z.string().regex(/^sha256:[0-9a-f]{64}$/) }),
  filter: z
    .object({
      artifactTypes: z.array(z.string()).exactOptional(),
      artifactStatus: z.enum(['ACTIVE', 'ARCHIVED', 'ACTIVATING', 'ANY']).exactOptional(),
    })
    .exactOptional(),
})

/** ListImageReferrers: 50 a page at most. */
export function listImageReferrers(state: EcrState, identity: Identity, input: unknown): object {
  const request = readInput(listSchema, input)
  const repository = findRepository(state, identity, request, 'BatchGetImage')
  const types = request.filter?.artifactTypes
  const status = request.filter?.artifactStatus ?? 'ACTIVE'
  const all =
    status === 'ACTIVE' || status === 'ANY' ? referrersOf(repository, request.subjectId.imageDigest) : []
  const wanted = all.filter(image => !types?.length || types.includes(image.artifactType ?? ''))
  const { page, ...next } = paginate(wanted, request)
  return { referrers: page.map(image => ({ ...describeReferrer(image), artifactStatus: 'ACTIVE' })), ...next }
}

/** The images whose `subject` is this digest, in the order in which they were pushed. */
export function referrersOf(repository: Repository, digest: string): StoredImage[] {
  return [...repository.images.values()].filter(image => image.subject === digest)
}

/** A referrer as a descriptor; the size is the manifest's own, as in the OCI referrers API. */
export function describeReferrer(image: StoredImage): object {
  return {
    digest: image.digest,
    mediaType: image.mediaType,
    size: image.bytes.length,
    ...(image.artifactType === undefined ? {} : { artifactType: image.artifactType }),
    ...(image.annotations === undefined ? {} : { annotations: image.annotations }),
  }
}
