import type { SecurityGroup, Subnet } from '@aws-sdk/client-ec2'
import { type AwsSettings, required } from '../../../aws/io/calls.ts'
import { openEc2 } from '../../../aws/io/clients.ts'
import type { Look } from '../../check.ts'
import { attemptCall } from '../../io/attempt-call.ts'
import type { InNetwork } from '../seen.ts'

// Asked for by id, EC2 names only the first one that does not exist. A filter answers all that do.

/** Looks which of some subnets exist, and in which VPC. */
export async function observeSubnets(
  settings: AwsSettings,
  ids: readonly string[],
): Promise<Look<readonly InNetwork[]>> {
  const { sdk, client } = await openEc2(settings)
  const call = { right: 'ec2:DescribeSubnets', doing: 'read the subnets' }
  return await attemptCall(settings, call, async () => {
    const found: Subnet[] = []
    const pages = sdk.paginateDescribeSubnets(
      { client },
      { Filters: [{ Name: 'subnet-id', Values: [...ids] }] },
    )
    for await (const { Subnets } of pages) found.push(...required(Subnets))
    return found.map(({ SubnetId, VpcId }) => ({ id: required(SubnetId), vpc: required(VpcId) }))
  })
}

/** Looks which of some security groups exist, and in which VPC. */
export async function observeSecurityGroups(
  settings: AwsSettings,
  ids: readonly string[],
): Promise<Look<readonly InNetwork[]>> {
  const { sdk, client } = await openEc2(settings)
  const call = { right: 'ec2:DescribeSecurityGroups', doing: 'read the security groups' }
  return await attemptCall(settings, call, async () => {
    const found: SecurityGroup[] = []
    const pages = sdk.paginateDescribeSecurityGroups(
      { client },
      { Filters: [{ Name: 'group-id', Values: [...ids] }] },
    )
    for await (const { SecurityGroups } of pages) found.push(...required(SecurityGroups))
    return found.map(({ GroupId, VpcId }) => ({ id: required(GroupId), vpc: required(VpcId) }))
  })
}
