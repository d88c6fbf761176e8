import type { Stores } from '../../artifacts/io/stores.ts'
import { missingReferrers } from '../../artifacts/referrers.ts'
import type { Digest } from '../../names/digest.ts'
import type { Release } from '../../release/release.ts'

/** The required artifact types of which nothing refers to a release's image; a zip has no referrers. */
export async function findMissingReferrers(
  stores: Stores,
  { built }: Release,
  digest: Digest | undefined,
  required: readonly string[],
): Promise<string[]> {
  if (required.length === 0 || built.type !== 'image' || digest === undefined) return []
  return missingReferrers(required, await (await stores.referrers())(built.repository, digest))
}
