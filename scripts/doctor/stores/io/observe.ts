import type { AwsSettings } from '../../../aws/io/calls.ts'
import type { ArtifactStoreConfig } from '../../../catalogue/environments.ts'
import type { ServiceName } from '../../../names/service-name.ts'
import { observeRepositories } from '../../ecr/io/observe.ts'
import { observeBucket } from '../../s3/io/observe.ts'
import type { StoresSeen } from '../checks.ts'
import { observeIdentity } from './identity.ts'

/** Looks at the stores of artifacts, all at once. */
export async function observeStores(
  settings: AwsSettings,
  artifacts: ArtifactStoreConfig,
  repositories: ReadonlyMap<string, readonly ServiceName[]>,
): Promise<StoresSeen> {
  const [identity, seen, bucket] = await Promise.all([
    observeIdentity(settings),
    observeRepositories(settings, repositories),
    observeBucket(settings, artifacts.bucket),
  ])
  return { artifacts, identity, repositories: seen, bucket }
}
