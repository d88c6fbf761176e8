import type { Place } from '../../../scripts/aws/arn.ts'
import { type Environment, stateBucket } from '../../../scripts/catalogue/environments.ts'
import type { Target } from '../../../scripts/names/target.ts'
import { stateKey } from '../../../scripts/stack/names.ts'
import { AwsProvider } from '../../aws.ts'
import { type Construct, S3Backend, TerraformStack } from '../../cdk.ts'

/** Where a stack is, where its state is kept, and how all that it has is tagged. */
export type StackProps = {
  readonly place: Place & { readonly stateBucket?: string | undefined }
  readonly stateKey: string
  readonly tags: Readonly<Record<string, string>>
}

/** The same for the stack of a target. */
export function targetProps(target: Target, environment: Environment): StackProps {
  const tags = { 'waybill-service': target.service, 'waybill-environment': target.environment }
  return { place: environment, stateKey: stateKey(target), tags }
}

/** A stack with its provider and its state, both of which refuse any other account. */
export class BaseStack extends TerraformStack {
  constructor(scope: Construct, id: string, { place, stateKey, tags }: StackProps) {
    super(scope, id)
    const { account, region } = place
    // The release is no tag here: each release would change every resource.
    new AwsProvider(this, 'aws', {
      region,
      allowedAccountIds: [account],
      defaultTags: [{ tags: { ...tags, 'managed-by': 'waybill' } }],
    })
    const backend = new S3Backend(this, {
      bucket: stateBucket(place),
      key: stateKey,
      region,
      encrypt: true,
      allowedAccountIds: [account],
    })
    // Terraform locks the state in S3 itself since 1.10, which this version of cdktf has no field for.
    backend.addOverride('use_lockfile', true)
  }
}
