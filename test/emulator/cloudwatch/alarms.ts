import type { Identity } from '../iam/identities.ts'
import { pageOf } from '../protocol/json-input.ts'
import { AwsError } from '../protocol/protocol.ts'
import { putAlarmSchema } from './alarm-input.ts'
import {
  deleteSchema,
  describeSchema,
  readInput,
  resourceSchema,
  setStateSchema,
  tagSchema,
  untagSchema,
} from './input.ts'
import type { Alarm, CloudWatchState } from './state.ts'
import { alarmArn } from './state.ts'

/** PutMetricAlarm: a new alarm, or another configuration of one, which keeps its state. */
export function putMetricAlarm(state: CloudWatchState, identity: Identity, input: unknown): object {
  const { AlarmName: name, Tags, ...configuration } = readInput(putAlarmSchema, input)
  const arn = alarmArn(identity, name)
  const known = state.alarms.get(arn)
  const now = Date.now()
  const fresh = {
    state: state.initial,
    reason: 'Unchecked: Initial alarm creation',
    updatedAt: now,
    // Tags of a request for an alarm that exists are ignored (CloudWatch API reference, PutMetricAlarm).
    tags: new Map(Tags.map(({ Key, Value }) => [Key, Value])),
  }
  state.alarms.set(arn, { ...(known ?? fresh), arn, name, configuration, configuredAt: now })
  return {}
}

/** DescribeAlarms: names without an alarm are passed over in silence. */
export function describeAlarms(state: CloudWatchState, identity: Identity, input: unknown): object {
  const request = readInput(describeSchema, input)
  const { AlarmNames, AlarmNamePrefix: prefix, StateValue } = request
  const own = alarmArn(identity, '')
  const found = [...state.alarms.values()]
    .filter(({ arn }) => arn.startsWith(own))
    .filter(({ name }) => AlarmNames === undefined || AlarmNames.length === 0 || AlarmNames.includes(name))
    .filter(({ name }) => name.startsWith(prefix ?? ''))
    .filter(alarm => StateValue === undefined || alarm.state === StateValue)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  const position = { token: request.NextToken, size: request.MaxRecords }
  const { page, next } = pageOf(found, position, text => new AwsError('InvalidNextToken', 400, text))
  return {
    MetricAlarms: page.map(print),
    CompositeAlarms: [],
    ...(next === undefined ? {} : { NextToken: next }),
  }
}

/** DeleteAlarms: all of them, or none when one does not exist. */
export function deleteAlarms(state: CloudWatchState, identity: Identity, input: unknown): object {
  const { AlarmNames } = readInput(deleteSchema, input)
  const arns = AlarmNames.map(name => existing(state, alarmArn(identity, name)).arn)
  for (const arn of arns) state.alarms.delete(arn)
  return {}
}

/** SetAlarmState, which here lasts until the next one: nothing evaluates metrics. */
export function setAlarmState(state: CloudWatchState, identity: Identity, input: unknown): object {
  const request = readInput(setStateSchema, input)
  const alarm = existing(state, alarmArn(identity, request.AlarmName))
  alarm.state = request.StateValue
  alarm.reason = request.StateReason
  if (request.StateReasonData !== undefined) alarm.reasonData = request.StateReasonData
  alarm.updatedAt = Date.now()
  return {}
}

/** TagResource. */
export function tagResource(state: CloudWatchState, _: Identity, input: unknown): object {
  const { ResourceARN, Tags } = readInput(tagSchema, input)
  const { tags } = existing(state, ResourceARN)
  for (const { Key, Value } of Tags) tags.set(Key, Value)
  return {}
}

/** UntagResource. */
export function untagResource(state: CloudWatchState, _: Identity, input: unknown): object {
  const { ResourceARN, TagKeys } = readInput(untagSchema, input)
  const { tags } = existing(state, ResourceARN)
  for (const key of TagKeys) tags.delete(key)
  return {}
}

/** ListTagsForResource. */
export function listTagsForResource(state: CloudWatchState, _: Identity, input: unknown): object {
  const { tags } = existing(state, readInput(resourceSchema, input).ResourceARN)
  return { Tags: [...tags].map(([Key, Value]) => ({ Key, Value })) }
}

function existing(state: CloudWatchState, arn: string): Alarm {
  const alarm = state.alarms.get(arn)
  if (!alarm) throw new AwsError('ResourceNotFound', 404, `Unknown alarm: ${arn}`)
  return alarm
}

function print(alarm: Alarm): object {
  return {
    ...alarm.configuration,
    AlarmName: alarm.name,
    AlarmArn: alarm.arn,
    AlarmConfigurationUpdatedTimestamp: alarm.configuredAt / 1000,
    StateValue: alarm.state,
    StateReason: alarm.reason,
    ...(alarm.reasonData === undefined ? {} : { StateReasonData: alarm.reasonData }),
    StateUpdatedTimestamp: alarm.updatedAt / 1000,
    StateTransitionedTimestamp: alarm.updatedAt / 1000,
  }
}
