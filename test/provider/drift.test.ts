import {
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  ListTagsForResourceCommand,
  PutMetricAlarmCommand,
} from '@aws-sdk/client-cloudwatch'
import { DeleteFunctionCommand } from '@aws-sdk/client-lambda'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { alarm, configuration, lambdaStack, zipCode } from './configurations.ts'
import type { Stand } from './stand.ts'
import { createStand } from './stand.ts'
import { hasTerraform } from './workspace.ts'

let stand: Stand
beforeAll(async () => {
  stand = await createStand()
})
afterAll(() => stand.close())

const watched = (name: string) =>
  configuration({ resource: { aws_cloudwatch_metric_alarm: { errors: alarm(name) } } })

describe.skipIf(!(await hasTerraform()))('terraform', () => {
  it('plans to re-create a deleted alarm, and does', async () => {
    const { cloudwatch } = stand.clients
    const { apply, terraform } = await stand.workspace(watched('gone'))
    await apply()
    await cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: ['gone'] }))
    const plan = await terraform('plan', '-detailed-exitcode')
    expect([plan.code, plan.stdout]).toEqual([2, expect.stringContaining('Plan: 1 to add')])
    await apply()
    const { MetricAlarms } = await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: ['gone'] }))
    expect(MetricAlarms?.[0]).toMatchObject({ Threshold: 0.05, TreatMissingData: 'notBreaching' })
  })

  it('plans to restore a changed threshold', async () => {
    const { apply, terraform } = await stand.workspace(watched('raised'))
    await apply()
    expect((await terraform('plan', '-detailed-exitcode')).code).toBe(0)
    await stand.clients.cloudwatch.send(
      new PutMetricAlarmCommand({
        AlarmName: 'raised',
        ComparisonOperator: 'GreaterThanThreshold',
        EvaluationPeriods: 1,
        Threshold: 1000,
        MetricName: 'Errors',
        Namespace: 'AWS/Lambda',
        Period: 60,
        Statistic: 'Sum',
        TreatMissingData: 'notBreaching',
        Dimensions: [{ Name: 'FunctionName', Value: 'any' }],
      }),
    )
    expect((await terraform('plan')).stdout).toMatch(/~ threshold += 1000 -> 0.05/)
  })

  it('changes the tags of an alarm without replacing it', async () => {
    const { cloudwatch } = stand.clients
    const tagged = (tags: object) =>
      configuration({ resource: { aws_cloudwatch_metric_alarm: { errors: { ...alarm('tagged'), tags } } } })
    const { apply, terraform, write } = await stand.workspace(tagged({ a: '1', b: '2' }))
    await apply()
    await write(tagged({ a: '3' }))
    expect((await terraform('plan')).stdout).toContain('Plan: 0 to add, 1 to change, 0 to destroy.')
    await apply()
    const ResourceARN = 'arn:aws:cloudwatch:us-east-1:111111111111:alarm:tagged'
    const { Tags } = await cloudwatch.send(new ListTagsForResourceCommand({ ResourceARN }))
    expect(Tags).toEqual([{ Key: 'a', Value: '3' }])
  })

  it('destroys what somebody has already destroyed', async () => {
    const { lambda } = stand.clients
    const { apply, terraform } = await stand.workspace(lambdaStack('twice', zipCode('one.zip')))
    await apply()
    await lambda.send(new DeleteFunctionCommand({ FunctionName: 'twice' }))
    const { code, stdout } = await terraform('destroy', '-auto-approve', '-refresh=false')
    expect([code, stdout]).toEqual([0, expect.stringContaining('6 destroyed')])
  })

  it('imports what already exists', async () => {
    const first = await stand.workspace(watched('taken'))
    await first.apply()
    const second = await stand.workspace(watched('taken'))
    const imported = await second.terraform('import', 'aws_cloudwatch_metric_alarm.errors', 'taken')
    expect([imported.code, imported.stdout]).toEqual([0, expect.stringContaining('Import successful!')])
    expect((await second.terraform('plan')).stdout).toContain('No changes.')
  })
})
