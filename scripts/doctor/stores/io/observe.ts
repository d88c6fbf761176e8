import type { AwsSettings } from '../../../aws/io/calls.ts'
import { readIdentity } from '../../../aws/io/identity.ts'
import type { ArtifactStoreConfig } from '../../../catalogue/environments.ts'
import type { ServiceName } from '../../../names/service-name.ts'
import { observeRepositories } from '../../ecr/io/observe.ts'
import { observeAccess } from '../../environments/io/access.ts'
import { attemptCall } from '../../io/attempt-call.ts'
import { observeBucket } from '../../s3/io/observe.ts'
import type { StoresSeen } from '../checks.ts'

const identity = { right: 'sts:GetCallerIdentity', doing: 'find out whose credentials these are' }

/** Looks at the artifact stores, all at once. */
export async function observeStores(
  settings: AwsSettings,
  artifacts: ArtifactStoreConfig,
  {
    repositories,
    roles,
  }: {
    readonly repositories: ReadonlyMap<string, readonly ServiceName[]>
    readonly roles: readonly string[]
  },
): Promise<StoresSeen> {
  const caller = attemptCall(settings, identity, () => readIdentity(settings))
  const [found, seen, bucket, access] = await Promise.all([
    caller,
    observeRepositories(settings, repositories),
    observeBucket(settings, artifacts.bucket),
    caller.then(who => observeRoles(settings, roles, { who, account: artifacts.account })),
  ])
  return { artifacts, identity: found, repositories: seen, bucket, roles: access }
}

/** Looks for roles of the artifact account, but not with another account's credentials: IAM answers about theirs alone. */
async function observeRoles(
  settings: AwsSettings,
  names: readonly string[],
  { who, account }: { readonly who: StoresSeen['identity']; readonly account: string },
): Promise<StoresSeen['roles']> {
  if ('error' in who) return names.map(name => ({ name, found: { ...who, behind: 'identity' } }))
  if (who.value.account !== account) return []
  return await Promise.all(
    names.map(async name => ({ name, found: await observeAccess(settings, { what: 'role', name }) })),
  )
}
