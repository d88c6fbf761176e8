import {
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  type DescribeSubnetsCommandInput,
} from '@aws-sdk/client-ec2'
import { DescribeClustersCommand } from '@aws-sdk/client-ecs'
import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTargetGroupsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { GetPolicyCommand, GetRoleCommand } from '@aws-sdk/client-iam'
import { expect } from 'vitest'
import type { Expectation } from './expectation.ts'
import { refused } from './refusal.ts'
import type { Target } from './target.ts'

// No account has these: AWS chooses such ids itself.
const subnet = 'subnet-0000000000000000f'
const group = 'sg-0000000000000000f'

/** What doctor learns about what an environment names. Nothing of it is made here, so all of it is missing. */
export const surroundingsExpectations: Expectation[] = [
  {
    title: 'DescribeClusters answers 200 with a failure MISSING for a cluster that does not exist',
    row: 'missing-surroundings',
    service: 'ecs',
    source: 'Amazon ECS Developer Guide, API failure reasons, DescribeClusters',
    run: async ({ ecs, names }) => {
      const answer = await ecs.send(new DescribeClustersCommand({ clusters: [names.nothing] }))
      expect(answer.clusters).toEqual([])
      expect(answer.failures).toMatchObject([{ reason: 'MISSING' }])
    },
  },
  {
    title: 'DescribeSubnets and DescribeSecurityGroups answer an empty list to a filter that matches nothing',
    row: 'ec2-filters',
    service: 'ec2',
    source: 'Amazon EC2 API Reference, DescribeSubnets and DescribeSecurityGroups, Filter.N',
    run: async ({ ec2 }) => {
      const by = (Name: string, id: string) => ({ Filters: [{ Name, Values: [id] }] })
      expect((await ec2.send(new DescribeSubnetsCommand(by('subnet-id', subnet)))).Subnets).toEqual([])
      const groups = await ec2.send(new DescribeSecurityGroupsCommand(by('group-id', group)))
      expect(groups.SecurityGroups).toEqual([])
    },
  },
  {
    title: 'the same calls refuse an id that does not exist, and a filter that there is not',
    row: 'missing-surroundings',
    service: 'ec2',
    source: 'Amazon EC2 API Reference, Error codes, Client errors',
    run: async ({ ec2 }) => {
      const subnets = (input: DescribeSubnetsCommandInput) =>
        refused(ec2.send(new DescribeSubnetsCommand(input)))
      expect(await subnets({ SubnetIds: [subnet] })).toMatchObject({
        name: 'InvalidSubnetID.NotFound',
        status: 400,
      })
      const groups = new DescribeSecurityGroupsCommand({ GroupIds: [group] })
      expect(await refused(ec2.send(groups))).toMatchObject({ name: 'InvalidGroup.NotFound', status: 400 })
      const Filters = [{ Name: 'no-such-filter', Values: ['a'] }]
      expect(await subnets({ Filters })).toMatchObject({ name: 'InvalidParameterValue', status: 400 })
    },
  },
  balancing('DescribeListeners', 'ListenerNotFound', target =>
    target.balancers.send(new DescribeListenersCommand({ ListenerArns: [arnIn(target, 'listener')] })),
  ),
  balancing('DescribeRules', 'ListenerNotFound', target =>
    target.balancers.send(new DescribeRulesCommand({ ListenerArn: arnIn(target, 'listener') })),
  ),
  balancing('DescribeLoadBalancers', 'LoadBalancerNotFound', target =>
    target.balancers.send(
      new DescribeLoadBalancersCommand({ LoadBalancerArns: [arnIn(target, 'loadbalancer')] }),
    ),
  ),
  balancing('DescribeTargetGroups', 'TargetGroupNotFound', target =>
    target.balancers.send(
      new DescribeTargetGroupsCommand({ TargetGroupArns: [arnIn(target, 'targetgroup')] }),
    ),
  ),
  {
    title: 'DescribeListeners and DescribeRules refuse a request that names nothing',
    row: 'missing-surroundings',
    service: 'elasticloadbalancing',
    source: 'Elastic Load Balancing API Reference, DescribeListeners and DescribeRules',
    run: async ({ balancers }) => {
      const refusal = { name: expect.stringMatching(/^ValidationError/), status: 400 }
      expect(await refused(balancers.send(new DescribeListenersCommand({})))).toMatchObject(refusal)
      expect(await refused(balancers.send(new DescribeRulesCommand({})))).toMatchObject(refusal)
    },
  },
  {
    title: 'GetRole and GetPolicy answer 404 for what does not exist',
    row: 'missing-surroundings',
    service: 'iam',
    source: 'IAM API Reference, GetRole and GetPolicy, Errors, NoSuchEntity',
    run: async ({ iam, account, arn, names }) => {
      const missing = { name: 'NoSuchEntityException', status: 404 }
      expect(await refused(iam.send(new GetRoleCommand({ RoleName: names.nothing })))).toMatchObject(missing)
      const PolicyArn = `arn:${arn.split(':')[1]}:iam::${account}:policy/${names.nothing}`
      expect(await refused(iam.send(new GetPolicyCommand({ PolicyArn })))).toMatchObject(missing)
    },
  },
]

function balancing(operation: string, name: string, call: (target: Target) => Promise<unknown>): Expectation {
  return {
    title: `${operation} answers ${name} for what does not exist`,
    row: 'missing-surroundings',
    service: 'elasticloadbalancing',
    source: `Elastic Load Balancing API Reference, ${operation}, Errors, ${name}`,
    needs: 'own account',
    run: async target => {
      expect(await refused(call(target))).toMatchObject({ name: `${name}Exception`, status: 400 })
    },
  }
}

const ends = {
  loadbalancer: 'app/none/00000000000000ff',
  listener: 'app/none/00000000000000ff/00000000000000ff',
  targetgroup: 'none/00000000000000ff',
}

function arnIn({ arn, region, account }: Target, type: keyof typeof ends): string {
  return `arn:${arn.split(':')[1]}:elasticloadbalancing:${region}:${account}:${type}/${ends[type]}`
}
