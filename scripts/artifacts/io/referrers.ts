import { type AwsSettings, explainAws, incompleteAnswer } from '../../aws/io/calls.ts'
import { openEcr } from '../../aws/io/clients.ts'
import { type Digest, isDigest } from '../../names/digest.ts'
import type { Referrer } from '../referrers.ts'

/** Lists the referrers of an image in its repository: signatures, SBOMs, attestations. */
export type ListReferrers = (repository: string, digest: Digest) => Promise<Referrer[]>

/** Connects to ECR, to list the referrers of the artifact account's images. */
export async function connectReferrers(settings: AwsSettings): Promise<ListReferrers> {
  const { sdk, client } = await openEcr(settings)
  return async (repositoryName, imageDigest) => {
    const found: Referrer[] = []
    let nextToken: string | undefined
    do {
      const page = new sdk.ListImageReferrersCommand({
        registryId: settings.account,
        repositoryName,
        subjectId: { imageDigest },
        nextToken,
      })
      const explain = (error: unknown) =>
        explainAws(error, settings, `list the referrers of ${repositoryName}@${imageDigest}`)
      const answer = await client.send(page).catch(error => {
        throw explain(error)
      })
      // An image without referrers has an empty list.
      if (answer.referrers === undefined) throw explain(incompleteAnswer())
      for (const { digest = '', mediaType = '', artifactType } of answer.referrers) {
        if (isDigest(digest)) found.push({ digest, artifactType: artifactType ?? mediaType })
      }
      nextToken = answer.nextToken
    } while (nextToken !== undefined)
    return found
  }
}
