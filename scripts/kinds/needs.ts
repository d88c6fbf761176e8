import { regionalArn } from '../aws/arn.ts'
import { allow, type Statement } from '../aws/statements.ts'
import type { Need, Surroundings } from './kind.ts'

type Row = {
  /** As in "needs a cluster". */
  readonly what: string
  /** What to write into environments.json. */
  readonly example: string
  isNamed(environment: Surroundings): boolean
}

const rows: Readonly<Record<Need, Row>> = {
  cluster: {
    what: 'a cluster',
    example: '"cluster": "…"',
    isNamed: ({ cluster }) => cluster !== undefined,
  },
  network: {
    what: 'a network',
    example: '"network": { "vpc": "vpc-…", "subnets": ["subnet-…"], "securityGroups": ["sg-…"] }',
    isNamed: ({ network }) => network !== undefined,
  },
  securityGroups: {
    what: 'a security group',
    example: '"securityGroups": ["sg-…"] in its network',
    // Without a network that is what is missing.
    isNamed: ({ network }) => network === undefined || (network.securityGroups ?? []).length > 0,
  },
  listener: {
    what: 'a listener',
    example: '"listener": "arn:aws:elasticloadbalancing:…"',
    isNamed: ({ listener }) => listener !== undefined,
  },
  testListener: {
    what: 'a listener for its smoke check, another one of the same load balancer',
    example: '"testListener": "arn:aws:elasticloadbalancing:…"',
    isNamed: ({ listener, testListener }) =>
      testListener !== undefined && (listener === undefined || isSameBalancer(listener, testListener)),
  },
}

// Elastic Load Balancing user guide, "Target groups": one belongs to a single load balancer.
function isSameBalancer(one: string, other: string): boolean {
  const [balancer, others] = [one, other].map(arn => arn.split('/').slice(0, -1).join('/'))
  return one !== other && balancer === others
}

/** The needs that an environment names nothing for in environments.json. */
export function unmetNeeds(needs: readonly Need[], environment: Surroundings): Need[] {
  return needs.filter(need => !rows[need].isNamed(environment))
}

/** What is missing and what to write, as in "a cluster and a listener" and `"cluster": "…", …`. */
export function describeNeeds(needs: readonly Need[]): { readonly what: string; readonly example: string } {
  const all = needs.map(need => rows[need])
  return {
    what: all.map(({ what }) => what).join(' and '),
    example: all.map(({ example }) => example).join(', '),
  }
}

/** What a role needs in order to see what an environment names. The last three actions of AWS have no resource. */
export function surroundingsRights(environment: Surroundings): Statement[] {
  const { cluster, network, listener } = environment
  return [
    ...(cluster === undefined
      ? []
      : [
          allow(
            'SeeCluster',
            ['ecs:DescribeClusters'],
            [regionalArn('ecs', environment, `cluster/${cluster}`)],
          ),
        ]),
    ...(network === undefined
      ? []
      : [allow('SeeNetwork', ['ec2:DescribeSecurityGroups', 'ec2:DescribeSubnets'], ['*'])]),
    ...(listener === undefined ? [] : [allow('SeeListener', balancerReads, ['*'])]),
  ]
}

const balancerReads = [
  'elasticloadbalancing:DescribeListeners',
  'elasticloadbalancing:DescribeLoadBalancers',
  'elasticloadbalancing:DescribeRules',
]
