import { roleNamesOf } from '../../access/role-names.ts'
import type { ArtifactStoreConfig, Environments } from '../../catalogue/environments.ts'
import { blocked, type DoctorCheck, fails, judge, type Look, passes } from '../check.ts'
import { checkEcr, type RepositoriesSeen, repositoriesBehind } from '../ecr/checks.ts'
import type { AccessSeen } from '../environments/seen.ts'
import { type BucketSeen, checkBucket } from '../s3/checks.ts'

/** Whose credentials these are. */
export type IdentitySeen = { readonly account: string; readonly arn: string }

/** What was seen of the artifact stores, and with whose credentials. */
export type StoresSeen = {
  readonly artifacts: ArtifactStoreConfig
  readonly identity: Look<IdentitySeen>
  readonly repositories: RepositoriesSeen
  readonly bucket: BucketSeen
  /** The roles of CI's jobs, if the repository is on GitHub. */
  readonly roles: readonly Omit<AccessSeen, 'what'>[]
}

/** The names of the roles that bootstrap makes in the artifact account; none without a repository on GitHub. */
export function roleNamesIn(environments: Environments): string[] {
  const { build, release, read } = roleNamesOf(environments)
  return environments.github === undefined ? [] : [build, release, read]
}

/** Checks the stores; `environments` is the check of the file that names them, `now` is in ms since 1970. */
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
    passes('region', `${region}, from artifacts in cdktf/environments.json`),
    ...checkEcr(repositoriesBehind(identity, seen.repositories), where, now),
    ...checkBucket(seen.bucket, where, identity),
    ...seen.roles.map(role => checkRole(role, account)),
  ]
}

function checkRole({ name, found }: StoresSeen['roles'][number], account: string): DoctorCheck {
  const title = `role ${name}`
  return judge(title, found, role =>
    role === undefined
      ? fails(title, `does not exist in account ${account}`, 'make bootstrap creates it.')
      : passes(title, `exists in account ${account}`),
  )
}

// The artifact account may have let in another account: worth a note, not a failure.
function describeIdentity({ account, arn }: IdentitySeen, home: string): DoctorCheck {
  const whose =
    account === home
      ? `in the artifact account ${home}`
      : `in the account ${account}, which the policies of the artifact account ${home} have to let in`
  return passes('identity', `${arn}, ${whose}`)
}
