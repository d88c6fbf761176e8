import { describe, expect, it } from 'vitest'
import { environments, pinned, services } from './catalogue.ts'
import { addresses, resource, type Stack, statements, statementsOf, synthesized } from './synthesized.ts'

const routed = { port: 8080, route: { priority: 10, paths: ['/a/*'] } }
const watch = { ignoreRinging: ['quotes-staging-latency'] }
const all = services({
  guardian: { kind: 'lambda-zip', settings: { timeout: 120 } },
  quotes: { kind: 'lambda-zip', settings: { watch } },
  web: { kind: 'ecs-service', settings: routed },
})

function stacksWith(guardian: object | undefined): Record<string, Stack> {
  const places = environments(json => {
    if (guardian !== undefined) Object.assign(json.environments.staging ?? {}, { guardian })
  })
  return synthesized(pinned(all, places))
}

const stacks = stacksWith({})
const stepping = stacksWith({ steps: 'guardian' })
const address = 'arn:aws:lambda:eu-central-1:222222222222:function:guardian-staging:STAGING'

const actionsOf = (stack: string, alarm: string) =>
  resource(stacks[stack], `aws_cloudwatch_metric_alarm.${alarm}`).alarm_actions

describe('the stack of a guardian', () => {
  it('has what calls it: alarms, what ECS does, and a role for schedules', () => {
    const stack = stacks['guardian-staging']
    expect(resource(stack, 'aws_lambda_permission.alarms')).toMatchObject({
      principal: 'lambda.alarms.cloudwatch.amazonaws.com',
      source_account: '222222222222',
      source_arn: 'arn:aws:cloudwatch:eu-central-1:222222222222:alarm:*',
      qualifier: `\${aws_lambda_alias.live.name}`,
    })
    const rule = resource(stack, 'aws_cloudwatch_event_rule.deployments')
    expect(JSON.parse(String(rule.event_pattern))).toMatchObject({
      source: ['aws.ecs'],
      resources: [{ prefix: 'arn:aws:ecs:eu-central-1:222222222222:service/services/' }],
    })
    expect(resource(stack, 'aws_iam_role.scheduler_role')).toMatchObject({
      name: 'guardian-staging-scheduler',
    })
    expect(statementsOf(stack as Stack, 'scheduler_role')).toEqual([
      { Effect: 'Allow', Action: ['lambda:InvokeFunction'], Resource: [address] },
    ])
  })

  it('tells it what it guards', () => {
    const made = resource(stacks['guardian-staging'], 'aws_lambda_function.function')
    const { variables } = made.environment as { variables: { GUARDED: string } }
    expect(JSON.parse(variables.GUARDED)).toEqual({
      environment: 'staging',
      account: '222222222222',
      region: 'eu-central-1',
      ledger: 'waybill-ledger-222222222222-eu-central-1',
      service: 'guardian',
      minutes: 30,
      cluster: 'services',
    })
  })

  it('has a schedule for the steps only where environments.json says so', () => {
    expect(addresses(stacks['guardian-staging'])).not.toContain('aws_scheduler_schedule.steps')
    expect(resource(stepping['guardian-staging'], 'aws_scheduler_schedule.steps')).toMatchObject({
      name: 'guardian-staging-steps',
      schedule_expression: 'rate(1 minute)',
      target: { input: '{"steps":"due"}' },
    })
    const steps = (one: Stack | undefined) => JSON.stringify(statementsOf(one as Stack, 'role'))
    expect(steps(stacks['guardian-staging'])).not.toMatch(/Continue|InvokeFunction|GetMetricData/)
    expect(steps(stepping['guardian-staging'])).toMatch(
      /ecs:ContinueServiceDeployment.*cloudwatch:GetMetricData/,
    )
  })

  it('is that of any function where no guardian is named', () => {
    const plain = stacksWith(undefined)['guardian-staging']
    expect(addresses(plain).filter(one => /permission|event|schedule/.test(one))).toEqual([])
    expect(statements(resource(plain, 'aws_iam_role_policy.role_policy'))).toHaveLength(1)
    expect(addresses(stacks['guardian-prod'])).toEqual(addresses(plain))
  })
})

describe('the alarms of an environment with a guardian', () => {
  it('call it, but for those that may ring, and its own', () => {
    expect(actionsOf('quotes-staging', 'errors')).toEqual([address])
    expect(actionsOf('quotes-staging', 'latency')).toBeUndefined()
    for (const alarm of ['server_errors', 'latency', 'cpu'])
      expect(actionsOf('web-staging', alarm)).toEqual([address])
    expect(actionsOf('guardian-staging', 'errors')).toBeUndefined()
  })

  it('call nobody in an environment without one', () => {
    expect([actionsOf('quotes-prod', 'errors'), actionsOf('web-prod', 'cpu')]).toEqual([undefined, undefined])
  })
})

describe('a guardian is refused', () => {
  it('if it is no service of the repository', () => {
    expect(() => stacksWith({ service: 'nobody' })).toThrow(
      'nobody is the guardian of staging, and does not exist',
    )
  })

  it('if nothing could call it', () => {
    expect(() => stacksWith({ service: 'web' })).toThrow(
      'web in staging would be the guardian, and is not a function',
    )
  })
})
