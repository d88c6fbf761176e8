import { describe, expect, it } from 'vitest'
import { environmentRoles } from '../../scripts/access/roles.ts'
import type { GuardianPlace } from '../../scripts/guardian/place.ts'
import { allows, type PolicyStatement } from '../access/evaluate.ts'
import { environments, pinned, services } from './catalogue.ts'
import { resource, type Stack, statements, synthesized } from './synthesized.ts'

/* Services that were there before Waybill and keep their names. */

const all = services({
  quotes: { kind: 'lambda-zip', environments: { staging: { name: 'LegacyQuotes' } } },
  labels: { kind: 'lambda-image', settings: {}, environments: { staging: { name: 'labels' } } },
  parcels: {
    kind: 'ecs-service',
    settings: {
      route: { priority: 7, paths: ['/parcels/*'], targetGroup: 'tg-parcels' },
      count: { min: 1, max: 3, cpuPercent: 50 },
      schedules: { nightly: { expression: 'rate(1 day)', command: ['tidy'] } },
    },
    environments: { staging: { name: 'parcels', cluster: 'legacy' } },
  },
  guardian: { kind: 'lambda-zip' },
})
const places = environments(json => {
  Object.assign(json, { github: { repository: 'acme/parcels' } })
  Object.assign(json.environments.staging ?? {}, { guardian: { service: 'guardian', steps: 'guardian' } })
})
const stacks = synthesized(pinned(all, places))
const here = (service: string, rest: string) => `arn:aws:${service}:eu-central-1:222222222222:${rest}`

describe('in their stacks', () => {
  it('a function has its own name and log, and roles and alarms after its stack', () => {
    const stack = stacks['quotes-staging'] as Stack
    expect(resource(stack, 'aws_lambda_function.function')).toMatchObject({ function_name: 'LegacyQuotes' })
    expect(resource(stack, 'aws_cloudwatch_log_group.log')).toMatchObject({
      name: '/aws/lambda/LegacyQuotes',
    })
    expect(resource(stack, 'aws_iam_role.role')).toMatchObject({ name: 'quotes-staging' })
    const alarm = JSON.stringify(resource(stack, 'aws_cloudwatch_metric_alarm.errors'))
    expect(alarm).toContain('"alarm_name":"quotes-staging-errors"')
    expect(alarm).toContain('LegacyQuotes:STAGING')
    const [log] = statements(resource(stack, 'aws_iam_role_policy.role_policy'))
    expect(log?.Resource).toEqual([here('logs', 'log-group:/aws/lambda/LegacyQuotes:*')])
  })

  it('a service has its own name, cluster and target group', () => {
    const stack = stacks['parcels-staging'] as Stack
    expect(resource(stack, 'aws_ecs_service.service')).toMatchObject({ name: 'parcels', cluster: 'legacy' })
    expect(resource(stack, 'aws_ecs_task_definition.task')).toMatchObject({ family: 'parcels-staging' })
    expect(resource(stack, 'aws_lb_target_group.target_group')).toMatchObject({ name: 'tg-parcels' })
    expect(stack.output.applied?.value).toMatchObject({ cluster: 'legacy' })
    const alarm = JSON.stringify(resource(stack, 'aws_cloudwatch_metric_alarm.cpu'))
    expect(alarm).toContain('"ClusterName":"legacy","ServiceName":"parcels"')
    const finds = JSON.stringify(resource(stack, 'aws_sfn_state_machine.schedule_nightly'))
    expect(finds).toContain('\\"Cluster\\":\\"legacy\\",\\"Services\\":[\\"parcels\\"]')
  })

  it('an environment without a name of its own has the usual one', () => {
    expect(resource(stacks['quotes-prod'], 'aws_lambda_function.function')).toMatchObject({
      function_name: 'quotes-prod',
    })
  })

  it("Lambda may pull the image for the function's own name", () => {
    const policy = resource(stacks.foundation, 'aws_ecr_repository_policy.labels')
    expect(JSON.stringify(statements(policy))).toContain(here('lambda', 'function:labels"'))
  })

  it('the guardian is told of them, listens to their clusters, and may send their traffic back', () => {
    const stack = stacks['guardian-staging'] as Stack
    const { environment } = resource(stack, 'aws_lambda_function.function') as {
      environment: { variables: { GUARDED: string } }
    }
    const told = JSON.parse(environment.variables.GUARDED) as GuardianPlace
    expect(told.own).toEqual({
      quotes: { name: 'LegacyQuotes' },
      labels: { name: 'labels' },
      parcels: { name: 'parcels', cluster: 'legacy', route: { targetGroup: 'tg-parcels' } },
    })
    const rule = JSON.stringify(resource(stack, 'aws_cloudwatch_event_rule.deployments'))
    for (const cluster of ['services', 'legacy']) expect(rule).toContain(here('ecs', `service/${cluster}/`))
    const may = statements(resource(stack, 'aws_iam_role_policy.role_policy')) as never
    for (const [action, arn] of backward)
      expect(allows(may, { action, resource: arn, context: {} })).toBe(true)
    for (const [action, arn] of strange)
      expect(allows(may, { action, resource: arn, context: {} })).toBe(false)
  })
})

const backward = [
  ['lambda:UpdateAlias', here('lambda', 'function:LegacyQuotes')],
  ['ecs:UpdateService', here('ecs', 'service/legacy/parcels')],
  ['ecs:StopServiceDeployment', here('ecs', 'service-deployment/legacy/parcels/abc')],
] as const

/** What is as good as theirs, and is not. */
const strange = [
  ['lambda:UpdateAlias', here('lambda', 'function:LegacyQuotes2')],
  ['lambda:UpdateFunctionCode', here('lambda', 'function:Legacy')],
  ['ecs:UpdateService', here('ecs', 'service/legacy/other')],
  ['ecs:UpdateService', here('ecs', 'service/services/parcels')],
  ['elasticloadbalancing:ModifyTargetGroup', here('elasticloadbalancing', 'targetgroup/tg-other/1')],
  ['logs:DeleteLogGroup', here('logs', 'log-group:/aws/lambda/Other')],
] as const

describe('the deploy role', () => {
  const [deploy, read] = environmentRoles(places, 'staging', all)
  const of = (role: typeof deploy) =>
    [...(role?.scripts ?? []), ...(role?.terraform ?? [])] as PolicyStatement[]
  const asks = (role: typeof deploy, action: string, arn: string) =>
    allows(of(role), { action, resource: arn, context: {} })

  it.each<readonly [string, string]>([
    ...backward,
    ['lambda:UpdateFunctionCode', here('lambda', 'function:LegacyQuotes')],
    ['lambda:InvokeFunction', here('lambda', 'function:LegacyQuotes:3')],
    ['logs:PutRetentionPolicy', here('logs', 'log-group:/aws/lambda/LegacyQuotes')],
    ['elasticloadbalancing:ModifyTargetGroup', here('elasticloadbalancing', 'targetgroup/tg-parcels/1')],
    ['ecs:DescribeTasks', here('ecs', 'task/legacy/1')],
    ['lambda:UpdateAlias', here('lambda', 'function:other-staging')],
    ['ecs:UpdateService', here('ecs', 'service/services/other-staging')],
  ])('may %s on %s', (action, arn) => {
    expect(asks(deploy, action, arn)).toBe(true)
  })

  it.each(strange)('may not %s on %s', (action, arn) => {
    expect(asks(deploy, action, arn)).toBe(false)
  })

  it('is of one environment: that of prod knows none of the names', () => {
    const [prod] = environmentRoles(places, 'prod', all)
    for (const [action, arn] of backward)
      expect(asks(prod, action, arn.replace('222222222222', '333333333333'))).toBe(false)
  })

  it('and the reading role reads them and changes nothing', () => {
    expect(asks(read, 'lambda:GetFunction', here('lambda', 'function:LegacyQuotes'))).toBe(true)
    for (const [action, arn] of backward) expect(asks(read, action, arn)).toBe(false)
  })
})
