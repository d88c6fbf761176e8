import type { Stores } from '../../artifacts/io/stores.ts'
import { imageOf } from '../../artifacts/names.ts'
import { missingReferrers } from '../../artifacts/referrers.ts'
import type { Digest } from '../../names/digest.ts'
import type { Release } from '../../release/release.ts'

/** The required artifact types of which nothing refers to a release's image; only what is in ECR has referrers. */
export async function findMissingReferrers(
  stores: Stores,
  { built }: Release,
  digest: Digest | undefined,
  required: readonly string[],
): Promise<string[]> {
  const image = imageOf(built)
  if (required.length === 0 || image === undefined || digest === undefined) return []
  return missingReferrers(required, await (await stores.referrers())(image.repository, digest))
}
