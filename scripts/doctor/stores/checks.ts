import type { ArtifactStoreConfig } from '../../catalogue/environments.ts'
import { blocked, type DoctorCheck, judge, type Look, ok } from '../check.ts'
import { checkRepositories, type RepositoriesSeen, repositoriesBehind } from '../ecr/checks.ts'
import { type BucketSeen, checkBucket } from '../s3/checks.ts'

/** Whose credentials these are. */
export type IdentitySeen = { readonly account: string; readonly arn: string }

/** What was seen of the stores of artifacts, and who saw it. */
export type StoresSeen = {
  readonly artifacts: ArtifactStoreConfig
  readonly identity: Look<IdentitySeen>
  readonly repositories: RepositoriesSeen
  readonly bucket: BucketSeen
}

/** Checks the stores; `environments` is the check of the file that says where they are, `now` is in ms since 1970. */
export function checkStores(
  seen: StoresSeen | undefined,
  environments: DoctorCheck,
  now: number,
): DoctorCheck[] {
  if (seen === undefined) {
    const nothing = blocked(environments)
    return ['identity', 'repositories', 'bucket'].map(title => judge(title, nothing, () => environments))
  }
  const { account, region } = seen.artifacts
  const where = `account ${account}, region ${region}`
  const identity = judge('identity', seen.identity, found => describeIdentity(found, account))
  return [
    identity,
    ok('region', `${region}, from artifacts in cdktf/environments.json`),
    ...checkRepositories(repositoriesBehind(identity, seen.repositories), where, now),
    ...checkBucket(seen.bucket, where, identity),
  ]
}

// Another account may well have been let in: worth a note, and no fault.
function describeIdentity({ account, arn }: IdentitySeen, home: string): DoctorCheck {
  const whose =
    account === home
      ? `of the artifact account ${home}`
      : `of account ${account}, which the policies of the artifact account ${home} have to let in`
  return ok('identity', `${arn}, ${whose}`)
}
