import { z } from 'zod'
import type { Identity } from '../iam/identities.ts'
import { pageOf } from '../protocol/json-input.ts'
import { AwsError } from '../protocol/protocol.ts'
import { readInput } from './input.ts'
import type { Alarm, AlarmState, CloudWatchState } from './state.ts'
import { alarmArn } from './state.ts'

/** Remembers that an alarm's state became another one, and tells whoever listens. */
export function noteTurn({ history, turned }: CloudWatchState, alarm: Alarm, before: AlarmState): void {
  const { arn, name, state: after, reason, transitionedAt: at } = alarm
  history.push({ arn, name, before, after, reason, at })
  turned?.(alarm, before)
}

/** DescribeAlarmHistory (Amazon CloudWatch API reference). */
const historySchema = z.looseObject({
  AlarmName: z.string().min(1).max(255).exactOptional(),
  HistoryItemType: z.literal('StateUpdate').exactOptional(),
  StartDate: z.number().exactOptional(),
  EndDate: z.number().exactOptional(),
  MaxRecords: z.number().int().min(1).max(100).default(100),
  NextToken: z.string().exactOptional(),
})

/** DescribeAlarmHistory: the changes of state, newest first; an alarm that does not exist has none. */
export function describeAlarmHistory(state: CloudWatchState, identity: Identity, input: unknown): object {
  const asked = readInput(historySchema, input)
  const { AlarmName, StartDate = 0, EndDate = Number.POSITIVE_INFINITY } = asked
  const found = state.history
    .filter(({ arn }) => arn.startsWith(alarmArn(identity, '')))
    .filter(({ name }) => AlarmName === undefined || name === AlarmName)
    .filter(({ at }) => at / 1000 >= StartDate && at / 1000 <= EndDate)
    .toReversed()
  const position = { token: asked.NextToken, size: asked.MaxRecords }
  const { page, next } = pageOf(found, position, text => new AwsError('InvalidNextToken', 400, text))
  const AlarmHistoryItems = page.map(({ name, before, after, reason, at }) => ({
    AlarmName: name,
    AlarmType: 'MetricAlarm',
    Timestamp: at / 1000,
    HistoryItemType: 'StateUpdate',
    HistorySummary: `Alarm updated from ${before} to ${after}`,
    HistoryData: JSON.stringify({
      version: '1.0',
      oldState: { stateValue: before },
      newState: { stateValue: after, stateReason: reason },
    }),
  }))
  return { AlarmHistoryItems, ...(next === undefined ? {} : { NextToken: next }) }
}
