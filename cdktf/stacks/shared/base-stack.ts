import type { Place } from '../../../scripts/aws/arn.ts'
import type { Environment } from '../../../scripts/catalogue/environments.ts'
import type { Target } from '../../../scripts/names/target.ts'
import { stateKey } from '../../../scripts/stack/names.ts'
import { AwsProvider } from '../../aws.ts'
import { type Construct, S3Backend, TerraformStack } from '../../cdk.ts'

/** Where a stack and its state are, and the tags of its resources. */
export type StackProps = {
  readonly place: Place & { readonly stateBucket: string }
  readonly stateKey: string
  readonly tags: Readonly<Record<string, string>>
}

/** The properties of a target's stack. */
export function targetProps(
  target: Target,
  environment: Environment,
  tags: Readonly<Record<string, string>> = {},
): StackProps {
  return { place: environment, stateKey: stateKey(target), tags: { ...tags, ...targetTags(target) } }
}

/** The tags that say which target a resource is of. */
export function targetTags({ service, environment }: Target): Record<string, string> {
  return { 'waybill-service': service, 'waybill-environment': environment }
}

/** A stack with its provider and state, both of which refuse any other account. */
export class BaseStack extends TerraformStack {
  constructor(scope: Construct, id: string, { place, stateKey, tags }: StackProps) {
    super(scope, id)
    const { account, region } = place
    // No release tag here, since each release would then change every resource.
    new AwsProvider(this, 'aws', {
      region,
      allowedAccountIds: [account],
      defaultTags: [{ tags: { ...tags, 'managed-by': 'waybill' } }],
    })
    const backend = new S3Backend(this, {
      bucket: place.stateBucket,
      key: stateKey,
      region,
      encrypt: true,
      allowedAccountIds: [account],
    })
    // The state lock in S3 itself came with Terraform 1.10; this version of cdktf has no field for it.
    backend.addOverride('use_lockfile', true)
  }

  /** Requires a version of the AWS provider, or one within a constraint; by default the one that its types are for. */
  requireProvider(constraint: string | undefined): void {
    if (constraint !== undefined) this.addOverride('terraform.required_providers.aws.version', constraint)
  }
}
