import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch'
import { CreateRuleCommand, CreateTargetGroupCommand } from '@aws-sdk/client-elastic-load-balancing-v2'
import { InvokeCommand } from '@aws-sdk/client-lambda'
import { beforeAll, expect, it } from 'vitest'
import { importExisting } from '../../../../../scripts/terraform/adopt/io/find.ts'
import { clientsFor } from '../../../../emulator/clients.ts'
import { type Emulator, startEmulator } from '../../../../emulator/emulator.ts'
import { makeFunction } from '../../../../emulator/lambda/calls.ts'
import { settingsOf } from '../../../../support/aws-settings.ts'
import { afterSuite } from '../../../../support/cleanup.ts'

const onFinished = afterSuite()
const listener =
  'arn:aws:elasticloadbalancing:us-east-1:111111111111:listener/app/public/50dc6c495c0c9188/f2f7dc8efc522ab2'
const network = { vpc: 'vpc-0a1b2c', subnets: ['subnet-0a1b2c', 'subnet-0d1e2f'], securityGroups: [] }
let emulator: Emulator
let folder: string

beforeAll(async () => {
  emulator = await startEmulator()
  onFinished(() => emulator.close())
  folder = await mkdtemp(join(tmpdir(), 'waybill-adopt-'))
  onFinished(() => rm(folder, { recursive: true }))
})

/** What a plan of these resources would import. */
async function imports(resource: object): Promise<{ to: string; id: string }[]> {
  await writeFile(join(folder, 'cdk.tf.json'), JSON.stringify({ resource }))
  await importExisting(settingsOf(emulator), folder)
  const text = await readFile(join(folder, 'waybill-adopt.tf.json'), 'utf8').catch(() => '{"import":[]}')
  await rm(join(folder, 'waybill-adopt.tf.json'), { force: true })
  return (JSON.parse(text) as { import: { to: string; id: string }[] }).import
}

const function_name = 'quotes'
const stack = {
  aws_lambda_function: { function: { function_name } },
  aws_cloudwatch_log_group: {
    log: { name: `/aws/lambda/${function_name}` },
    other: { name: '/aws/lambda/quo' },
  },
  aws_cloudwatch_metric_alarm: { errors: { alarm_name: 'quotes-errors' }, none: { alarm_name: 'quotes' } },
  aws_iam_role: { role: { name: 'runs' }, none: { name: 'nobody' } },
}

it('finds a function with its log, an alarm and a role, and nothing whose name is only like theirs', async () => {
  expect(await imports(stack)).toEqual([])
  const { lambda, cloudwatch, iam } = clientsFor(emulator)
  await makeFunction({ lambda, iam }, function_name, {
    'index.mjs': 'export const handler = () => console.log("hello")',
  })
  await lambda.send(new InvokeCommand({ FunctionName: function_name }))
  await cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName: 'quotes-errors',
      Namespace: 'AWS/Lambda',
      MetricName: 'Errors',
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanThreshold',
    }),
  )
  const found = await imports(stack)
  expect(found.map(({ to }) => to)).toEqual([
    'aws_lambda_function.function',
    'aws_cloudwatch_log_group.log',
    'aws_cloudwatch_metric_alarm.errors',
    'aws_iam_role.role',
  ])
})

it("takes no rule that forwards to somebody else's target group", async () => {
  emulator.makeNetwork(network, { account: '111111111111', region: 'us-east-1' })
  emulator.makeListener(listener, network)
  const { balancers } = clientsFor(emulator)
  const group = async (Name: string) =>
    (
      await balancers.send(
        new CreateTargetGroupCommand({
          Name,
          Protocol: 'HTTP',
          Port: 80,
          VpcId: network.vpc,
          TargetType: 'ip',
        }),
      )
    ).TargetGroups?.[0]?.TargetGroupArn
  const [ours] = await Promise.all([group('ours'), group('theirs')])
  await balancers.send(
    new CreateRuleCommand({
      ListenerArn: listener,
      Priority: 7,
      Conditions: [{ Field: 'path-pattern', Values: ['/x'] }],
      Actions: [{ Type: 'forward', TargetGroupArn: ours }],
    }),
  )
  const with_ = (name: string) => ({
    aws_lb_target_group: { target_group: { name } },
    aws_lb_listener_rule: { rule: { listener_arn: listener, priority: 7 } },
  })
  const addresses = async (name: string) => (await imports(with_(name))).map(({ to }) => to)
  expect(await addresses('theirs')).toEqual(['aws_lb_target_group.target_group'])
  expect(await addresses('ours')).toEqual(['aws_lb_target_group.target_group', 'aws_lb_listener_rule.rule'])
})

it('stops where AWS does not say whether something exists', async () => {
  const clear = emulator.inject({ operation: 'GetFunction', kind: 'access-denied' })
  const asked = imports({ aws_lambda_function: stack.aws_lambda_function })
  await expect(asked).rejects.toThrow('cannot find out whether aws_lambda_function.function exists')
  clear()
})
