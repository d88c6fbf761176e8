import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  type DescribeRulesCommandInput,
  DescribeTargetGroupsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { clientsFor } from '../clients.ts'
import type { Emulator } from '../emulator.ts'
import { startEmulator } from '../emulator.ts'
import { refusedWith } from '../refused-with.ts'

let emulator: Emulator
const arn = (resource: string, account = '111111111111') =>
  `arn:aws:elasticloadbalancing:us-east-1:${account}:${resource}`
const LoadBalancerArn = arn('loadbalancer/app/public/0000000000000001')
const ListenerArn = arn('listener/app/public/0000000000000001/000000000000000a')
const http = arn('listener/app/public/0000000000000001/000000000000000b')
const foreign = arn('listener/app/public/0000000000000001/000000000000000a', '222222222222')
let shifting: string

beforeAll(async () => {
  emulator = await startEmulator()
  emulator.makeListener(ListenerArn, { vpc: 'vpc-1', subnets: ['subnet-1'], securityGroups: ['sg-1'] })
  emulator.makeListener(http, { vpc: 'vpc-1', protocol: 'HTTP' })
  emulator.makeListener(foreign, { vpc: 'vpc-2' })
  shifting = emulator.makeRule(ListenerArn, {
    priority: 20,
    paths: ['/a'],
    groups: { blue: 90, green: 10 },
  })
  emulator.makeRule(ListenerArn, { priority: 3, paths: ['/b', '/c'], groups: { red: 1 } })
})
afterAll(() => emulator.close())

const send = () => clientsFor(emulator).balancers
const listeners = (input: object) => send().send(new DescribeListenersCommand(input))
const rules = (input: DescribeRulesCommandInput) => send().send(new DescribeRulesCommand(input))
const balancers = (input: object) => send().send(new DescribeLoadBalancersCommand(input))
const groups = (input: object) => send().send(new DescribeTargetGroupsCommand(input))

it('describes a listener and its load balancer, of the own account alone', async () => {
  const { Listeners } = await listeners({ ListenerArns: [ListenerArn] })
  const DefaultActions = [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }]
  expect(Listeners).toMatchObject([
    { ListenerArn, LoadBalancerArn, Protocol: 'HTTPS', Port: 443, DefaultActions },
  ])
  const all = await listeners({ LoadBalancerArn })
  expect(all.Listeners?.map(({ Protocol, Port }) => [Protocol, Port])).toEqual([
    ['HTTPS', 443],
    ['HTTP', 80],
  ])
  const { LoadBalancers } = await balancers({})
  expect(LoadBalancers).toMatchObject([
    { LoadBalancerArn, LoadBalancerName: 'public', VpcId: 'vpc-1', Type: 'application' },
  ])
  expect(LoadBalancers?.[0]?.State).toEqual({ Code: 'active' })
  expect((await balancers({ Names: ['public'] })).LoadBalancers).toHaveLength(1)
  expect((await balancers({ LoadBalancerArns: [LoadBalancerArn] })).LoadBalancers).toHaveLength(1)
})

it('describes the rules by priority and the default one last, each with its target groups and their weights', async () => {
  const { Rules = [] } = await rules({ ListenerArn })
  expect(Rules.map(({ Priority, IsDefault }) => [Priority, IsDefault])).toEqual([
    ['3', false],
    ['20', false],
    ['default', true],
  ])
  const [red] = (await groups({ Names: ['red'] })).TargetGroups ?? []
  expect(Rules[0]).toMatchObject({
    Conditions: [{ Field: 'path-pattern', Values: ['/b', '/c'] }],
    Actions: [{ Type: 'forward', TargetGroupArn: red?.TargetGroupArn }],
  })
  const [{ Actions } = {}] = (await rules({ RuleArns: [shifting] })).Rules ?? []
  expect(Actions?.[0]?.TargetGroupArn).toBeUndefined()
  const weights = Actions?.[0]?.ForwardConfig?.TargetGroups ?? []
  expect(weights.map(({ TargetGroupArn, Weight }) => [TargetGroupArn?.split('/')[1], Weight])).toEqual([
    ['blue', 90],
    ['green', 10],
  ])
})

it('describes target groups: all, by name, by ARN, and those behind a load balancer', async () => {
  const all = (await groups({})).TargetGroups ?? []
  expect(all.map(one => [one.TargetGroupName, one.VpcId, one.LoadBalancerArns])).toEqual([
    ['blue', 'vpc-1', [LoadBalancerArn]],
    ['green', 'vpc-1', [LoadBalancerArn]],
    ['red', 'vpc-1', [LoadBalancerArn]],
  ])
  expect((await groups({ LoadBalancerArn })).TargetGroups).toEqual(all)
  expect((await groups({ TargetGroupArns: [all[1]?.TargetGroupArn] })).TargetGroups).toEqual([all[1]])
})

it('lists page by page', async () => {
  const first = await rules({ ListenerArn, PageSize: 2 })
  const last = await rules({ ListenerArn, PageSize: 2, Marker: String(first.NextMarker) })
  expect([first.Rules?.length, last.Rules?.length, last.NextMarker]).toEqual([2, 1, undefined])
})

const gone = arn('listener/app/public/0000000000000001/000000000000000c')
const others = (type: string) => arn(`${type}/app/gone/0000000000000009/0000000000000009`)
const neither = 'You must specify either'

it.each([
  ['a missing listener', () => listeners({ ListenerArns: [gone] }), 'ListenerNotFoundException', 'listeners'],
  [
    'rules of a missing listener',
    () => rules({ ListenerArn: gone }),
    'ListenerNotFoundException',
    'not found',
  ],
  ['a missing rule', () => rules({ RuleArns: [others('listener-rule')] }), 'RuleNotFoundException', 'rules'],
  [
    'a missing load balancer',
    () => listeners({ LoadBalancerArn: arn('loadbalancer/app/gone/0000000000000009') }),
    'LoadBalancerNotFoundException',
    "Load balancers '[arn:",
  ],
  ['a missing name', () => balancers({ Names: ['gone'] }), 'LoadBalancerNotFoundException', "'[gone]' not"],
  [
    'a missing target group',
    () => groups({ TargetGroupArns: [arn('targetgroup/gone/0000000000000009')] }),
    'TargetGroupNotFoundException',
    'One or more target groups not found',
  ],
  ['a missing name of a target group', () => groups({ Names: ['gone'] }), 'TargetGroupNotFoundException', ''],
  [
    'a listener elsewhere',
    () => listeners({ ListenerArns: [foreign] }),
    'ValidationError',
    'valid listener ARN',
  ],
  [
    'what is no listener',
    () => rules({ ListenerArn: LoadBalancerArn }),
    'ValidationError',
    'valid listener ARN',
  ],
  ['neither listener nor load balancer', () => listeners({}), 'ValidationError', neither],
  ['both', () => listeners({ LoadBalancerArn, ListenerArns: [ListenerArn] }), 'ValidationError', neither],
  ['neither rule nor listener', () => rules({}), 'ValidationError', neither],
  [
    'names and ARNs',
    () => groups({ Names: ['red'], LoadBalancerArn }),
    'ValidationError',
    'at the same time',
  ],
  [
    '401 rules a page',
    () => rules({ ListenerArn, PageSize: 401 }),
    'ValidationError',
    'less than or equal to 400',
  ],
  ['another marker', () => rules({ ListenerArn, Marker: 'x' }), 'ValidationError', 'Invalid token'],
  [
    '21 names',
    () => balancers({ Names: Array(21).fill('a') }),
    'ValidationError',
    'less than or equal to 20',
  ],
])('refuses %s', async (_, call, code, message) => {
  await expect(call()).rejects.toMatchObject(refusedWith(code, message))
})
