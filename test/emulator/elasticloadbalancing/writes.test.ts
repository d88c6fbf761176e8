import {
  AddTagsCommand,
  CreateRuleCommand,
  type CreateRuleCommandInput,
  CreateTargetGroupCommand,
  type CreateTargetGroupCommandInput,
  DeleteRuleCommand,
  DeleteTargetGroupCommand,
  DescribeRulesCommand,
  DescribeTagsCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  ModifyRuleCommand,
  ModifyTargetGroupAttributesCommand,
  ModifyTargetGroupCommand,
  RemoveTagsCommand,
  SetRulePrioritiesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { clientsFor } from '../clients.ts'
import type { Emulator } from '../emulator.ts'
import { startEmulator } from '../emulator.ts'
import { refusedWith } from '../refused-with.ts'

const arn = (resource: string) => `arn:aws:elasticloadbalancing:us-east-1:111111111111:${resource}`
const ListenerArn = arn('listener/app/public/0000000000000001/000000000000000a')
const elsewhere = arn('listener/app/other/0000000000000002/000000000000000a')

let emulator: Emulator
let count = 0
let group: string
let other: string

beforeAll(async () => {
  emulator = await startEmulator()
  for (const listener of [ListenerArn, elsewhere]) emulator.makeListener(listener, { vpc: 'vpc-1' })
})
beforeEach(async () => {
  count += 1
  group = await makeGroup({ Name: `group-${count}` })
  other = await makeGroup({ Name: `other-${count}` })
})
afterAll(() => emulator.close())

const send = () => clientsFor(emulator).balancers

async function makeGroup(change: Partial<CreateTargetGroupCommandInput>): Promise<string> {
  const input = {
    Name: 'a',
    Protocol: 'HTTP',
    Port: 80,
    VpcId: 'vpc-1',
    TargetType: 'ip',
    ...change,
  } as const
  const { TargetGroups } = await send().send(new CreateTargetGroupCommand(input))
  return TargetGroups?.[0]?.TargetGroupArn ?? ''
}

async function makeRule(change: Partial<CreateRuleCommandInput> = {}) {
  const input: CreateRuleCommandInput = {
    ListenerArn,
    Priority: count,
    Conditions: [{ Field: 'path-pattern', Values: [`/${count}`] }],
    Actions: [{ Type: 'forward', TargetGroupArn: group }],
    ...change,
  }
  return (await send().send(new CreateRuleCommand(input))).Rules?.[0] ?? {}
}

const shared = (weights: Record<string, number>) => {
  const TargetGroups = Object.entries(weights).map(([TargetGroupArn, Weight]) => ({ TargetGroupArn, Weight }))
  return [{ Type: 'forward' as const, ForwardConfig: { TargetGroups } }]
}

describe('a rule', () => {
  it('is made, changed in part, moved, and deleted', async () => {
    const { RuleArn = '' } = await makeRule({
      Conditions: [
        { Field: 'host-header', HostHeaderConfig: { Values: ['api.example.com'] } },
        { Field: 'path-pattern', PathPatternConfig: { Values: ['/a', '/b'] } },
      ],
    })
    const seen = async () => (await send().send(new DescribeRulesCommand({ RuleArns: [RuleArn] }))).Rules?.[0]
    const conditions = [
      { Field: 'path-pattern', Values: ['/a', '/b'] },
      { Field: 'host-header', Values: ['api.example.com'] },
    ]
    expect(await seen()).toMatchObject({ Priority: `${count}`, Conditions: conditions, IsDefault: false })
    await send().send(new ModifyRuleCommand({ RuleArn, Actions: shared({ [group]: 95, [other]: 5 }) }))
    const forward = [
      { TargetGroupArn: group, Weight: 95 },
      { TargetGroupArn: other, Weight: 5 },
    ]
    expect(await seen()).toMatchObject({
      Conditions: conditions,
      Actions: [{ ForwardConfig: { TargetGroups: forward } }],
    })
    const Conditions = [{ Field: 'path-pattern', Values: ['/c'] }]
    await send().send(new ModifyRuleCommand({ RuleArn, Conditions }))
    expect(await seen()).toMatchObject({
      Conditions,
      Actions: [{ ForwardConfig: { TargetGroups: forward } }],
    })
    await send().send(new SetRulePrioritiesCommand({ RulePriorities: [{ RuleArn, Priority: 9000 }] }))
    expect((await seen())?.Priority).toBe('9000')
    await send().send(new DeleteRuleCommand({ RuleArn }))
    await expect(seen()).rejects.toMatchObject(refusedWith('RuleNotFoundException', 'rules'))
  })

  it('swaps its priority with another in one call', async () => {
    const [a, b] = [await makeRule({ Priority: 101 }), await makeRule({ Priority: 102 })]
    const RulePriorities = [
      { RuleArn: a.RuleArn, Priority: 102 },
      { RuleArn: b.RuleArn, Priority: 101 },
    ]
    const { Rules } = await send().send(new SetRulePrioritiesCommand({ RulePriorities }))
    expect(Rules?.map(({ Priority }) => Priority)).toEqual(['102', '101'])
    const taken = new SetRulePrioritiesCommand({ RulePriorities: [{ RuleArn: a.RuleArn, Priority: 101 }] })
    await expect(send().send(taken)).rejects.toMatchObject(refusedWith('PriorityInUseException', "'101'"))
  })

  it.each<[string, () => Partial<CreateRuleCommandInput>, string, string]>([
    ['a priority of 0', () => ({ Priority: 0 }), 'ValidationError', 'greater than or equal to 1'],
    ['no condition', () => ({ Conditions: [] }), 'ValidationError', 'A condition must be specified'],
    [
      'six condition values',
      () => ({ Conditions: [{ Field: 'path-pattern', Values: ['/1', '/2', '/3', '/4', '/5', '/6'] }] }),
      'ValidationError',
      "A rule can only have '5' condition values",
    ],
    [
      'a condition that the emulator does not know',
      () => ({ Conditions: [{ Field: 'source-ip', Values: ['10.0.0.0/8'] }] }),
      'ValidationError',
      "'source-ip'",
    ],
    [
      'a weight of 1000',
      () => ({ Actions: shared({ [group]: 1000 }) }),
      'ValidationError',
      'less than or equal to 999',
    ],
    [
      'a target group that does not exist',
      () => ({ Actions: shared({ [arn('targetgroup/none/0000000000000000')]: 1 }) }),
      'TargetGroupNotFoundException',
      'target groups',
    ],
    ['nowhere to go', () => ({ Actions: [{ Type: 'forward' }] }), 'ValidationError', 'A target group ARN'],
    [
      'a listener that does not exist',
      () => ({ ListenerArn: arn('listener/app/none/0000000000000001/000000000000000a') }),
      'ListenerNotFoundException',
      'listeners',
    ],
  ])('is refused with %s', async (_, change, code, message) => {
    await expect(makeRule(change())).rejects.toMatchObject(refusedWith(code, message))
  })

  it('is refused with a priority or a target group that another has', async () => {
    await makeRule()
    await expect(makeRule()).rejects.toMatchObject(
      refusedWith('PriorityInUseException', `Priority '${count}' is currently in use`),
    )
    await expect(makeRule({ ListenerArn: elsewhere })).rejects.toMatchObject(
      refusedWith('TargetGroupAssociationLimitException', 'more than one load balancer'),
    )
  })
})

describe('a target group', () => {
  it('has the settings of its health check, which can change', async () => {
    const seen = async () => {
      const asked = new DescribeTargetGroupsCommand({ TargetGroupArns: [group] })
      return (await send().send(asked)).TargetGroups?.[0]
    }
    expect(await seen()).toMatchObject({ HealthCheckPath: '/', UnhealthyThresholdCount: 2, TargetType: 'ip' })
    const change = {
      HealthCheckPath: '/health',
      Matcher: { HttpCode: '200-299' },
      UnhealthyThresholdCount: 3,
    }
    await send().send(new ModifyTargetGroupCommand({ TargetGroupArn: group, ...change }))
    expect(await seen()).toMatchObject({ ...change, HealthCheckIntervalSeconds: 30 })
  })

  it('is the same when it is made again, and another one is refused', async () => {
    expect(await makeGroup({ Name: `group-${count}` })).toBe(group)
    await expect(makeGroup({ Name: `group-${count}`, Port: 81 })).rejects.toMatchObject(
      refusedWith('DuplicateTargetGroupNameException', 'different settings'),
    )
  })

  it('cannot be deleted while a rule has it, and what does not exist can', async () => {
    const { RuleArn } = await makeRule()
    const remove = () => send().send(new DeleteTargetGroupCommand({ TargetGroupArn: group }))
    await expect(remove()).rejects.toMatchObject(refusedWith('ResourceInUseException', 'in use'))
    await send().send(new DeleteRuleCommand({ RuleArn }))
    await remove()
    await remove()
  })

  it('keeps attributes', async () => {
    const Attributes = [{ Key: 'deregistration_delay.timeout_seconds', Value: '30' }]
    await send().send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn: group, Attributes }))
    const asked = new DescribeTargetGroupAttributesCommand({ TargetGroupArn: group })
    expect((await send().send(asked)).Attributes).toEqual(Attributes)
  })

  it.each<[string, Partial<CreateTargetGroupCommandInput>, string]>([
    ['a name of 33 characters', { Name: 'a'.repeat(33) }, 'pattern'],
    ['a hyphen at the end', { Name: 'a-' }, 'pattern'],
    ['a port of 0', { Port: 0 }, 'greater than or equal to 1'],
    ['an interval of 4 seconds', { HealthCheckIntervalSeconds: 4 }, 'greater than or equal to 5'],
  ])('is refused with %s', async (_, change, message) => {
    await expect(makeGroup(change)).rejects.toMatchObject(refusedWith('ValidationError', message))
  })
})

it('tags rules and target groups', async () => {
  const { RuleArn = '' } = await makeRule({ Tags: [{ Key: 'team', Value: 'freight' }] })
  const ResourceArns = [RuleArn, group]
  await send().send(new AddTagsCommand({ ResourceArns, Tags: [{ Key: 'stage', Value: 'prod' }] }))
  await send().send(new RemoveTagsCommand({ ResourceArns: [RuleArn], TagKeys: ['team'] }))
  const { TagDescriptions } = await send().send(new DescribeTagsCommand({ ResourceArns }))
  expect(TagDescriptions).toEqual(
    ResourceArns.map(ResourceArn => ({ ResourceArn, Tags: [{ Key: 'stage', Value: 'prod' }] })),
  )
})
