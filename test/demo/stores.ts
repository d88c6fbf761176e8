import { CreateRepositoryCommand } from '@aws-sdk/client-ecr'
import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  PutBucketVersioningCommand,
} from '@aws-sdk/client-s3'
import { readServices } from '../../scripts/adapters/files.ts'
import { repositoryName } from '../../scripts/core/artifact-names.ts'
import type { ArtifactStoreConfig } from '../../scripts/core/environments.ts'
import { clientsFor } from '../emulator/clients.ts'
import type { Emulator } from '../emulator/emulator.ts'

/** Makes what a team makes once in its account: the bucket, and an immutable repository for each service with an image. */
export async function createStores(
  emulator: Emulator,
  { bucket, region }: ArtifactStoreConfig,
  clone: string,
): Promise<string[]> {
  const { ecr, s3 } = clientsFor(emulator)
  const services = await readServices(clone)
  const images = [...services].filter(([, config]) => config.kind !== 'lambda-zip')
  const repositories = images.map(([service, config]) => repositoryName(service, config))
  // us-east-1 is what S3 takes when no place is named, and it refuses to be told so.
  const place = region === 'us-east-1' ? {} : { LocationConstraint: region as BucketLocationConstraint }
  try {
    await s3.send(new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration: place }))
    const VersioningConfiguration = { Status: 'Enabled' } as const
    await s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }))
    for (const repositoryName of repositories)
      await ecr.send(new CreateRepositoryCommand({ repositoryName, imageTagMutability: 'IMMUTABLE' }))
  } finally {
    ecr.destroy()
    s3.destroy()
  }
  return repositories
}
