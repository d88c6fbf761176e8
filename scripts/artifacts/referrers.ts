import type { Digest } from '../names/digest.ts'

/** An artifact that refers to an image by its digest, such as a signature or an SBOM (OCI distribution 1.1). */
export type Referrer = { readonly digest: Digest; readonly artifactType: string }

/** The required artifact types that no referrer has. */
export function missingReferrers(required: readonly string[], referrers: readonly Referrer[]): string[] {
  return required.filter(type => !referrers.some(({ artifactType }) => artifactType === type))
}
