import { PutBucketPolicyCommand } from '@aws-sdk/client-s3'
import type { Environments } from '../../scripts/catalogue/environments.ts'
import { resource, synthesized } from '../cdktf/synthesized.ts'
import { clientsFor } from '../emulator/clients.ts'
import type { World } from '../support/world.ts'

// As in cdktf/main.ts.
process.noDeprecation = true

/** Gives the artifact bucket of a world the policy that a bootstrap gives it. */
export async function putBucketPolicy({ emulator }: World, environments: Environments): Promise<void> {
  const { foundation } = synthesized({ environments, services: {}, foundation: true, stacks: [] })
  const Policy = String(resource(foundation, 'aws_s3_bucket_policy.artifacts').policy)
  await clientsFor(emulator).s3.send(
    new PutBucketPolicyCommand({ Bucket: environments.artifacts.bucket, Policy }),
  )
}
