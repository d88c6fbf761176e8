import { CreateRepositoryCommand } from '@aws-sdk/client-ecr'
import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ListTagsForResourceCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs'
import {
  DescribeRulesCommand,
  DescribeTargetGroupsCommand,
  ModifyRuleCommand,
  SetRulePrioritiesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { ListRoleTagsCommand } from '@aws-sdk/client-iam'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pushImage, sampleImage } from '../emulator/sample-image.ts'
import { blueGreenStack, ecsStack, listener } from './stacks.ts'
import type { Stand } from './stand.ts'
import { createStand } from './stand.ts'
import { hasTerraform } from './workspace.ts'

const repository = '111111111111.dkr.ecr.us-east-1.amazonaws.com/tasks'
let stand: Stand

beforeAll(async () => {
  stand = await createStand()
  await stand.clients.ecr.send(new CreateRepositoryCommand({ repositoryName: 'tasks' }))
  for (const version of ['1.0.0', '1.1.0']) {
    await pushImage(stand.clients.ecr, 'tasks', sampleImage(version), version)
  }
})
afterAll(() => stand.close())

async function service(name: string) {
  const input = { cluster: 'shared', services: [name] }
  return (await stand.clients.ecs.send(new DescribeServicesCommand(input))).services?.[0]
}

async function isActive(taskDefinition: unknown) {
  const input = { taskDefinition: String(taskDefinition) }
  const seen = await stand.clients.ecs.send(new DescribeTaskDefinitionCommand(input))
  return seen.taskDefinition?.status === 'ACTIVE'
}

describe.skipIf(!(await hasTerraform()))('a stack of an ECS service', () => {
  it('applies, then plans no changes, and is destroyed except for its task definitions', async () => {
    const { apply, outputs, terraform } = await stand.workspace(ecsStack('quotes', `${repository}:1.0.0`))
    await apply()
    const { taskDefinition, running } = await outputs()
    expect([taskDefinition, running]).toEqual([expect.stringMatching(/quotes:1$/), taskDefinition])
    expect(await service('quotes')).toMatchObject({
      status: 'ACTIVE',
      desiredCount: 2,
      taskDefinition,
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
    })
    expect((await terraform('plan', '-detailed-exitcode')).code).toBe(0)
    expect((await terraform('destroy', '-auto-approve')).stdout).toContain('6 destroyed')
    expect((await service('quotes'))?.status).toBe('INACTIVE')
    expect(await isActive(taskDefinition)).toBe(true)
  })

  it('registers the new task definition, keeps the old one, and leaves the service to the rollout', async () => {
    const { apply, outputs, terraform, write } = await stand.workspace(
      ecsStack('tariffs', `${repository}:1.0.0`),
    )
    await apply()
    const before = await outputs()
    await write(ecsStack('tariffs', `${repository}:1.1.0`))
    const plan = await terraform('plan')
    expect(plan.stdout).toContain('Plan: 1 to add, 0 to change, 1 to destroy.')
    expect(plan.stdout).toContain('# forces replacement')
    await apply()
    const after = await outputs()
    expect(after).toEqual({ taskDefinition: expect.stringMatching(/tariffs:2$/), running: before.running })
    expect(await isActive(before.taskDefinition)).toBe(true)
    const moved = { cluster: 'shared', service: 'tariffs', taskDefinition: String(after.taskDefinition) }
    await stand.clients.ecs.send(new UpdateServiceCommand(moved))
    await apply()
    expect(await outputs()).toEqual({ ...after, running: after.taskDefinition })
    expect((await terraform('plan', '-detailed-exitcode')).code).toBe(0)
  })

  it('updates only what changed, and restores a count that somebody changed', async () => {
    const { apply, terraform } = await stand.workspace(ecsStack('berths', `${repository}:1.0.0`))
    await apply()
    const input = { cluster: 'shared', service: 'berths', desiredCount: 5 }
    await stand.clients.ecs.send(new UpdateServiceCommand(input))
    expect((await terraform('plan')).stdout).toMatch(/~ desired_count += 5 -> 2/)
    stand.emulator.clearRequests()
    await apply()
    const writes = stand.emulator.requests().filter(({ operation }) => operation === 'UpdateService')
    expect([writes.length, (await service('berths'))?.desiredCount]).toEqual([1, 2])
  })

  it('gets new tags everywhere without a new task definition', async () => {
    const tagged = (tags: object) => ({
      ...ecsStack('manifests', `${repository}:1.0.0`),
      provider: {
        aws: { region: 'us-east-1', allowed_account_ids: ['111111111111'], default_tags: [{ tags }] },
      },
    })
    const { apply, outputs, terraform, write } = await stand.workspace(tagged({ team: 'freight', old: '1' }))
    await apply()
    await write(tagged({ team: 'customs' }))
    expect((await terraform('plan')).stdout).toContain('Plan: 0 to add, 5 to change, 0 to destroy.')
    await apply()
    const { taskDefinition } = await outputs()
    const running = await service('manifests')
    for (const resourceArn of [String(taskDefinition), running?.serviceArn ?? '']) {
      const { tags } = await stand.clients.ecs.send(new ListTagsForResourceCommand({ resourceArn }))
      expect(tags).toEqual([{ key: 'team', value: 'customs' }])
    }
    const { Tags } = await stand.clients.iam.send(new ListRoleTagsCommand({ RoleName: 'manifests' }))
    expect(Tags).toEqual([{ Key: 'team', Value: 'customs' }])
    expect((await terraform('plan', '-detailed-exitcode')).code).toBe(0)
  })

  it('has its rule and target group in the load balancer, and sees what somebody changed there', async () => {
    const { apply, terraform, write } = await stand.workspace(ecsStack('parcels', `${repository}:1.0.0`))
    await apply()
    const { balancers } = stand.clients
    const rules = async () => {
      const { Rules = [] } = await balancers.send(new DescribeRulesCommand({ ListenerArn: listener }))
      return Rules.filter(({ Actions }) => Actions?.[0]?.TargetGroupArn?.includes('/parcels/'))
    }
    const [rule] = await rules()
    expect(rule?.Conditions).toMatchObject([{ Field: 'path-pattern', Values: ['/quotes/*'] }])
    const TargetGroupArn = rule?.Actions?.[0]?.TargetGroupArn ?? ''
    const asked = new DescribeTargetGroupsCommand({ TargetGroupArns: [TargetGroupArn] })
    expect((await balancers.send(asked)).TargetGroups).toMatchObject([
      { HealthCheckPath: '/health', Port: 8080, TargetType: 'ip' },
    ])
    const RulePriorities = [{ RuleArn: rule?.RuleArn, Priority: 49_999 }]
    await balancers.send(new SetRulePrioritiesCommand({ RulePriorities }))
    expect((await terraform('plan')).stdout).toMatch(/~ priority += 49999 ->/)
    const changed = ecsStack('parcels', `${repository}:1.0.0`)
    const { aws_lb_target_group: groups } = changed.resource as Record<string, Record<string, object>>
    Object.assign(groups?.group ?? {}, { health_check: { path: '/ready', matcher: '200-299' } })
    await write(changed)
    await apply()
    expect((await balancers.send(asked)).TargetGroups).toMatchObject([
      { HealthCheckPath: '/ready', Matcher: { HttpCode: '200-299' } },
    ])
    expect((await rules())[0]?.Priority).toBe(rule?.Priority)
    expect((await terraform('plan', '-detailed-exitcode')).code).toBe(0)
    await terraform('destroy', '-auto-approve')
    expect(await rules()).toEqual([])
    await expect(balancers.send(asked)).rejects.toMatchObject({ name: 'TargetGroupNotFoundException' })
  })

  it('shifts traffic according to its strategy, then plans no changes', async () => {
    const { apply, terraform } = await stand.workspace(blueGreenStack('sailings', `${repository}:1.0.0`))
    await apply()
    expect(await service('sailings')).toMatchObject({
      deploymentConfiguration: {
        strategy: 'CANARY',
        bakeTimeInMinutes: 5,
        canaryConfiguration: { canaryPercent: 12.5, canaryBakeTimeInMinutes: 3 },
        alarms: { alarmNames: ['sailings-5xx'], enable: true, rollback: true },
      },
      loadBalancers: [{ advancedConfiguration: { productionListenerRule: expect.stringContaining('rule') } }],
    })
    expect((await terraform('plan', '-detailed-exitcode')).code).toBe(0)
    const rule = (await service('sailings'))?.loadBalancers?.[0]?.advancedConfiguration
      ?.productionListenerRule
    const seen = await stand.clients.balancers.send(new DescribeRulesCommand({ RuleArns: [rule ?? ''] }))
    const groups = seen.Rules?.[0]?.Actions?.[0]?.ForwardConfig?.TargetGroups ?? []
    expect(groups.map(({ Weight }) => Weight).toSorted()).toEqual([0, 100])
    const swapped = groups.map(({ TargetGroupArn, Weight = 0 }) => ({ TargetGroupArn, Weight: 100 - Weight }))
    const Actions = [{ Type: 'forward' as const, ForwardConfig: { TargetGroups: swapped } }]
    await stand.clients.balancers.send(new ModifyRuleCommand({ RuleArn: rule, Actions }))
    expect((await terraform('plan')).stdout).toMatch(/aws_lb_listener_rule\.route will be updated in-place/)
  })
})
