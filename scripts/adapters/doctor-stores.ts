import type { StoresSeen } from '../core/doctor-stores.ts'
import type { ArtifactStoreConfig } from '../core/environments.ts'
import type { ServiceName } from '../core/service-name.ts'
import type { AwsSettings } from './aws.ts'
import { observeRepositories } from './doctor-ecr.ts'
import { observeIdentity } from './doctor-identity.ts'
import { observeBucket } from './doctor-s3.ts'

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
