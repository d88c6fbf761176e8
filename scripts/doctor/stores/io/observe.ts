import type { AwsSettings } from '../../../aws/io/calls.ts'
import { readIdentity } from '../../../aws/io/identity.ts'
import type { ArtifactStoreConfig } from '../../../catalogue/environments.ts'
import type { ServiceName } from '../../../names/service-name.ts'
import { observeRepositories } from '../../ecr/io/observe.ts'
import { attemptCall } from '../../io/attempt-call.ts'
import { observeBucket } from '../../s3/io/observe.ts'
import type { StoresSeen } from '../checks.ts'

const identity = { right: 'sts:GetCallerIdentity', doing: 'find out whose credentials these are' }

/** Looks at the artifact stores, all at once. */
export async function observeStores(
  settings: AwsSettings,
  artifacts: ArtifactStoreConfig,
  repositories: ReadonlyMap<string, readonly ServiceName[]>,
): Promise<StoresSeen> {
  const [caller, seen, bucket] = await Promise.all([
    attemptCall(settings, identity, () => readIdentity(settings)),
    observeRepositories(settings, repositories),
    observeBucket(settings, artifacts.bucket),
  ])
  return { artifacts, identity: caller, repositories: seen, bucket }
}
