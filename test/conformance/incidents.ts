import {
  DescribeAlarmHistoryCommand,
  PutMetricAlarmCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch'
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs'
import { expect } from 'vitest'
import { eventually } from './cloudwatch.ts'
import type { Expectation } from './expectation.ts'
import { refused } from './refusal.ts'

/** What the page about a rollback rests on. */
export const incidentExpectations: Expectation[] = [
  {
    title: 'DescribeAlarmHistory tells when an alarm turned, newest first',
    row: 'alarm-history',
    service: 'cloudwatch',
    source: 'Amazon CloudWatch API Reference, DescribeAlarmHistory',
    run: async target => {
      const { cloudwatch, names } = target
      const AlarmName = `${names.alarm}-turns`
      const metric = { Namespace: names.namespace, MetricName: 'None', Statistic: 'Sum', Period: 60 } as const
      const rule = { Threshold: 1, ComparisonOperator: 'GreaterThanThreshold', EvaluationPeriods: 1 } as const
      await cloudwatch.send(new PutMetricAlarmCommand({ AlarmName, ...metric, ...rule }))
      for (const StateValue of ['ALARM', 'OK', 'ALARM'] as const)
        await cloudwatch.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: 'conformance' }))
      const turns = async (name: string) => {
        const ask = { AlarmName: name, HistoryItemType: 'StateUpdate' } as const
        const { AlarmHistoryItems = [] } = await cloudwatch.send(new DescribeAlarmHistoryCommand(ask))
        return AlarmHistoryItems.map(({ HistorySummary = '' }) => HistorySummary)
      }
      await eventually(target, async () => (await turns(AlarmName)).length >= 3)
      expect((await turns(AlarmName)).slice(0, 2)).toEqual([
        'Alarm updated from OK to ALARM',
        'Alarm updated from ALARM to OK',
      ])
      expect(await turns(names.nothing)).toEqual([])
    },
  },
  {
    title: 'FilterLogEvents names a log group that does not exist',
    row: 'log-events',
    service: 'logs',
    source: 'Amazon CloudWatch Logs API Reference, FilterLogEvents, Errors',
    run: async ({ logs, names }) => {
      const call = logs.send(new FilterLogEventsCommand({ logGroupName: names.nothing }))
      expect(await refused(call)).toMatchObject({ name: 'ResourceNotFoundException', status: 400 })
    },
  },
]
