import type { Identity } from '../iam/identities.ts'
import type { Xml } from '../protocol/xml.ts'
import { readInput, securityGroupsSchema, subnetsSchema } from './input.ts'
import { printPage, type Selection, select } from './select.ts'
import { type Ec2State, ownedBy, type SecurityGroup, type Subnet } from './state.ts'

/** DescribeSubnets. */
export function describeSubnets(state: Ec2State, identity: Identity, input: unknown): Xml {
  const { SubnetId: ids, Filter: filters, ...page } = readInput(subnetsSchema, input)
  const found = select(ownedBy(state.subnets, identity), { ...bySubnet, ids, filters })
  return printPage('subnetSet', found, page, printSubnet)
}

/** DescribeSecurityGroups, without their rules. */
export function describeSecurityGroups(state: Ec2State, identity: Identity, input: unknown): Xml {
  const { GroupId: ids, Filter: filters, ...page } = readInput(securityGroupsSchema, input)
  const found = select(ownedBy(state.securityGroups, identity), { ...byGroup, ids, filters })
  return printPage('securityGroupInfo', found, page, printGroup)
}

// Codes: Amazon EC2 API reference, "Error codes", client errors.
const bySubnet: Omit<Selection<Subnet>, 'ids' | 'filters'> = {
  prefix: 'subnet-',
  codes: { missing: 'InvalidSubnetID.NotFound', malformed: 'InvalidSubnetID.Malformed' },
  missing: id => `The subnet ID '${id}' does not exist`,
  attributes: { 'subnet-id': ({ id }) => id, 'vpc-id': ({ vpc }) => vpc, state: () => 'available' },
}

const byGroup: Omit<Selection<SecurityGroup>, 'ids' | 'filters'> = {
  prefix: 'sg-',
  codes: { missing: 'InvalidGroup.NotFound', malformed: 'InvalidGroupId.Malformed' },
  missing: id => `The security group '${id}' does not exist`,
  attributes: {
    'group-id': ({ id }) => id,
    'group-name': ({ name }) => name,
    'vpc-id': ({ vpc }) => vpc,
  },
}

function printSubnet({ id, vpc, zone, cidr, account, region }: Subnet): Xml {
  return {
    subnetId: id,
    subnetArn: `arn:aws:ec2:${region}:${account}:subnet/${id}`,
    state: 'available',
    vpcId: vpc,
    cidrBlock: cidr,
    availableIpAddressCount: 251,
    availabilityZone: zone,
    defaultForAz: false,
    mapPublicIpOnLaunch: false,
    ownerId: account,
  }
}

function printGroup({ id, vpc, name, account }: SecurityGroup): Xml {
  return {
    ownerId: account,
    groupId: id,
    groupName: name,
    groupDescription: name,
    vpcId: vpc,
    ipPermissions: '',
    ipPermissionsEgress: '',
  }
}
