import type { Identity } from '../iam/identities.ts'
import { pageOf } from '../protocol/json-input.ts'
import { AwsError } from '../protocol/protocol.ts'
import { putAlarmSchema } from './alarm-input.ts'
import { nextEvaluation, refresh } from './evaluate.ts'
import { noteTurn } from './history.ts'
import {
  deleteSchema,
  describeSchema,
  readInput,
  resourceSchema,
  setStateSchema,
  tagSchema,
  untagSchema,
} from './input.ts'
import type { Owner } from './metrics.ts'
import type { Alarm, AlarmState, CloudWatchState } from './state.ts'
import { alarmArn } from './state.ts'

/** PutMetricAlarm: a new alarm, or another configuration of one, which keeps its state until it is next evaluated. */
export function putMetricAlarm(state: CloudWatchState, identity: Identity, input: unknown): object {
  const configuration = readInput(putAlarmSchema, input)
  const { AlarmName: name, Tags } = configuration
  const { account, region } = identity
  const arn = alarmArn(identity, name)
  const now = state.clock.now()
  const fresh = {
    state: state.initial,
    reason: 'Unchecked: Initial alarm creation',
    updatedAt: now,
    transitionedAt: now,
    // Tags of a request for an alarm that exists are ignored (CloudWatch API reference, PutMetricAlarm).
    tags: new Map(Tags.map(({ Key, Value }) => [Key, Value])),
  }
  const known = state.alarms.get(arn) ?? fresh
  const owner = { account, region }
  state.alarms.set(arn, { ...known, arn, owner, name, configuration, configuredAt: now, evaluatedTo: 0 })
  return {}
}

/** DescribeAlarms: names without an alarm are passed over in silence. */
export function describeAlarms(state: CloudWatchState, identity: Identity, input: unknown): object {
  const request = readInput(describeSchema, input)
  const { AlarmNames, AlarmNamePrefix: prefix, StateValue } = request
  const own = [...state.alarms.values()].filter(({ arn }) => arn.startsWith(alarmArn(identity, '')))
  for (const alarm of own) refresh(state, alarm)
  const found = own
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

/** SetAlarmState, which lasts until the alarm's metrics say otherwise (CloudWatch API reference, SetAlarmState). */
export function setAlarmState(state: CloudWatchState, identity: Identity, input: unknown): object {
  const request = readInput(setStateSchema, input)
  const alarm = existing(state, alarmArn(identity, request.AlarmName))
  if (request.StateReasonData !== undefined) alarm.reasonData = request.StateReasonData
  turn(state, alarm, request.StateValue, request.StateReason)
  return {}
}

/** Holds an alarm in a state, whatever its metrics say; without a state they decide again. */
export function holdAlarm(
  state: CloudWatchState,
  owner: Owner,
  { name, hold }: { name: string; hold?: AlarmState },
): void {
  const alarm = existing(state, alarmArn(owner, name))
  alarm.isHeld = hold !== undefined
  if (hold === undefined) return
  turn(state, alarm, hold, 'Held by a test')
}

/** Whether an alarm rings now; one that does not exist does not. */
export function isRinging(state: CloudWatchState, owner: Owner, name: string): boolean {
  const alarm = state.alarms.get(alarmArn(owner, name))
  if (alarm) refresh(state, alarm)
  return alarm?.state === 'ALARM'
}

function turn(cloudwatch: CloudWatchState, alarm: Alarm, state: AlarmState, reason: string): void {
  const { state: before } = alarm
  const now = cloudwatch.clock.now()
  if (before !== state) alarm.transitionedAt = now
  Object.assign(alarm, { state, reason, updatedAt: now, evaluatedTo: nextEvaluation(now) })
  if (before !== state) noteTurn(cloudwatch, alarm, before)
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
  const { Tags: _, ...configuration } = alarm.configuration
  return {
    ...configuration,
    AlarmName: alarm.name,
    AlarmArn: alarm.arn,
    AlarmConfigurationUpdatedTimestamp: alarm.configuredAt / 1000,
    StateValue: alarm.state,
    StateReason: alarm.reason,
    ...(alarm.reasonData === undefined ? {} : { StateReasonData: alarm.reasonData }),
    StateUpdatedTimestamp: alarm.updatedAt / 1000,
    StateTransitionedTimestamp: alarm.transitionedAt / 1000,
  }
}
