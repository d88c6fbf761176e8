import type { Identity } from '../iam/identities.ts'

type Owner = Pick<Identity, 'account' | 'region'>

/** A subnet of a VPC. */
export type Subnet = Owner & { id: string; vpc: string; zone: string; cidr: string }

/** A security group of a VPC. */
export type SecurityGroup = Owner & { id: string; vpc: string; name: string }

/** Everything that EC2 holds, by id: it runs nothing, and a VPC is there as soon as something is in it. */
export type Ec2State = {
  subnets: Map<string, Subnet>
  securityGroups: Map<string, SecurityGroup>
}

/** A VPC with what is in it, by their ids. */
export type Network = { vpc: string; subnets: readonly string[]; securityGroups?: readonly string[] }

/** Makes EC2 without anything in it. */
export function createEc2(): Ec2State {
  return { subnets: new Map(), securityGroups: new Map() }
}

/** Makes a VPC's subnets, each in another zone, and its security groups. */
export function makeNetwork(state: Ec2State, owner: Owner, network: Network): void {
  const { vpc, subnets, securityGroups = [] } = network
  for (const [index, id] of subnets.entries()) {
    const zone = `${owner.region}${'abc'.charAt(index % 3)}`
    state.subnets.set(id, { ...owner, id, vpc, zone, cidr: `10.0.${index}.0/24` })
  }
  for (const id of securityGroups) state.securityGroups.set(id, { ...owner, id, vpc, name: `group-${id}` })
}

/** What the caller's account has in the caller's region. */
export function ownedBy<Item extends Owner>(items: Map<string, Item>, { account, region }: Owner): Item[] {
  return [...items.values()].filter(item => item.account === account && item.region === region)
}
