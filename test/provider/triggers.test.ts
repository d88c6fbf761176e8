import { GetPolicyCommand } from '@aws-sdk/client-lambda'
import { GetScheduleCommand } from '@aws-sdk/client-scheduler'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { configuration, lambdaStack, type Part, policy, reference, zipCode } from './configurations.ts'
import type { Stand } from './stand.ts'
import { createStand } from './stand.ts'
import { hasTerraform } from './workspace.ts'

let stand: Stand
beforeAll(async () => {
  stand = await createStand()
})
afterAll(() => stand.close())

function stackOf(expression: string, qualifier: string): Part {
  const { resource, output } = lambdaStack('guard', zipCode('one.zip'))
  const alias = reference('aws_lambda_alias.live.arn')
  const trust = {
    Effect: 'Allow',
    Principal: { Service: 'scheduler.amazonaws.com' },
    Action: 'sts:AssumeRole',
  }
  const { aws_iam_role, ...others } = resource as { aws_iam_role: Part }
  return configuration({
    output: output as Part,
    resource: {
      ...others,
      aws_iam_role: { ...aws_iam_role, calls: { name: 'calls', assume_role_policy: policy(trust) } },
      aws_lambda_permission: {
        rule: {
          action: 'lambda:InvokeFunction',
          function_name: reference('aws_lambda_alias.live.function_name'),
          qualifier,
          principal: 'events.amazonaws.com',
          source_arn: reference('aws_cloudwatch_event_rule.rule.arn'),
          statement_id: 'rule',
        },
      },
      aws_cloudwatch_event_rule: {
        rule: {
          name: 'deployments',
          event_pattern: JSON.stringify({ source: ['aws.ecs'] }),
          tags: { a: 'b' },
        },
      },
      aws_cloudwatch_event_target: {
        rule: { rule: reference('aws_cloudwatch_event_rule.rule.name'), target_id: 'guard', arn: alias },
      },
      aws_scheduler_schedule: {
        steps: {
          name: 'steps',
          schedule_expression: expression,
          flexible_time_window: { mode: 'OFF' },
          target: { arn: alias, role_arn: reference('aws_iam_role.calls.arn'), input: '{"steps":"due"}' },
        },
      },
    },
  })
}

it.skipIf(!(await hasTerraform()))(
  'what calls a function is created, changed, replaced and destroyed',
  async () => {
    const { apply, terraform, write } = await stand.workspace(stackOf('rate(1 minute)', 'LIVE'))
    await apply()
    expect((await terraform('plan', '-detailed-exitcode')).code).toBe(0)
    const asked = new GetPolicyCommand({ FunctionName: 'guard', Qualifier: 'LIVE' })
    const { Policy = '' } = await stand.clients.lambda.send(asked)
    expect(JSON.parse(Policy).Statement).toMatchObject([
      { Sid: 'rule', Principal: { Service: 'events.amazonaws.com' } },
    ])
    await write(stackOf('rate(2 minutes)', '1'))
    expect((await terraform('plan')).stdout).toContain('Plan: 1 to add, 1 to change, 1 to destroy.')
    await apply()
    const schedule = await stand.clients.scheduler.send(new GetScheduleCommand({ Name: 'steps' }))
    expect(schedule).toMatchObject({
      ScheduleExpression: 'rate(2 minutes)',
      Target: { Input: '{"steps":"due"}' },
    })
    expect((await terraform('plan', '-detailed-exitcode')).code).toBe(0)
    expect((await terraform('destroy', '-auto-approve')).stdout).toContain('Destroy complete!')
  },
)
