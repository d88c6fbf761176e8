import type { MetricAlarm, MetricDataQuery, PutMetricAlarmInput } from '@aws-sdk/client-cloudwatch'
import {
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  PutMetricAlarmCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-cloudwatch'
import type { Aws } from '../aws/configuration.ts'
import type { State } from '../wire/value.ts'
import { knownBy } from './known-by.ts'
import type { Change, ResourceType } from './resource-type.ts'
import { blocks, boolean, number, oneBlock, present, text, textMap, texts, unlessDefault } from './shape.ts'
import { tagChanges, tagList } from './tags.ts'

/** `aws_cloudwatch_metric_alarm`. */
export const cloudwatchMetricAlarm: ResourceType = {
  label: 'CloudWatch Metric Alarm',
  ...knownBy('alarm_name'),
  replaceOn: ['alarm_name', 'region'],
  create: async (aws, planned) => {
    const tags = tagList(textMap(planned.tags_all))
    await put(aws, { ...inputOf(planned), ...(tags.length > 0 ? { Tags: tags } : {}) })
    return computed(planned.alarm_name as string, await describe(aws, planned))
  },
  read: async (aws, state) => {
    const alarm = await describe(aws, state)
    if (alarm === undefined) return null
    return { ...computed(String(state.alarm_name), alarm), ...settingsSeen(alarm, state) }
  },
  update: async (aws, change) => {
    await put(aws, inputOf(change.planned))
    if (change.changed.has('tags_all')) await retag(aws, change)
    return {}
  },
  remove: async ({ cloudwatch }, prior) => {
    await cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: [String(prior.alarm_name)] }))
  },
}

async function put({ cloudwatch }: Aws, input: PutMetricAlarmInput): Promise<void> {
  await cloudwatch.send(new PutMetricAlarmCommand(input))
}

// PutMetricAlarm applies tags only to a new alarm (CloudWatch API reference).
async function retag({ cloudwatch }: Aws, change: Change): Promise<void> {
  const ResourceARN = String(change.prior.arn)
  const { set, gone } = tagChanges(change)
  if (gone.length > 0) await cloudwatch.send(new UntagResourceCommand({ ResourceARN, TagKeys: gone }))
  if (Object.keys(set).length > 0) {
    await cloudwatch.send(new TagResourceCommand({ ResourceARN, Tags: tagList(set) }))
  }
}

async function describe({ cloudwatch }: Aws, state: State): Promise<MetricAlarm | undefined> {
  const AlarmNames = [String(state.alarm_name)]
  return (await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames }))).MetricAlarms?.[0]
}

function computed(name: string, alarm: MetricAlarm | undefined): State {
  return {
    id: name,
    arn: alarm?.AlarmArn ?? null,
    evaluate_low_sample_count_percentiles: alarm?.EvaluateLowSampleCountPercentile ?? null,
  }
}

function settingsSeen(alarm: MetricAlarm, state: State): State {
  const seen = {
    alarm_description: alarm.AlarmDescription ?? null,
    comparison_operator: alarm.ComparisonOperator ?? null,
    evaluation_periods: alarm.EvaluationPeriods ?? null,
    actions_enabled: unlessDefault(state.actions_enabled, alarm.ActionsEnabled, true),
    treat_missing_data: unlessDefault(state.treat_missing_data, alarm.TreatMissingData, 'missing'),
    datapoints_to_alarm: unlessDefault(state.datapoints_to_alarm, alarm.DatapointsToAlarm, 0),
    threshold: alarm.Threshold ?? null,
    alarm_actions: [...(alarm.AlarmActions ?? [])].sort(),
    ok_actions: [...(alarm.OKActions ?? [])].sort(),
  }
  // An alarm on an expression has its metrics in blocks, which keep their state.
  if (blocks(state.metric_query).length > 0) return seen
  return {
    ...seen,
    metric_name: alarm.MetricName ?? null,
    namespace: alarm.Namespace ?? null,
    period: alarm.Period ?? null,
    statistic: alarm.Statistic ?? null,
    extended_statistic: alarm.ExtendedStatistic ?? null,
    dimensions: Object.fromEntries(
      (alarm.Dimensions ?? []).map(({ Name = '', Value = '' }) => [Name, Value]),
    ),
  }
}

function inputOf(planned: State): PutMetricAlarmInput {
  const queries = blocks(planned.metric_query)
  return present({
    AlarmName: String(planned.alarm_name),
    AlarmDescription: text(planned.alarm_description),
    ComparisonOperator: String(planned.comparison_operator),
    EvaluationPeriods: number(planned.evaluation_periods),
    DatapointsToAlarm: number(planned.datapoints_to_alarm),
    Threshold: number(planned.threshold),
    ThresholdMetricId: text(planned.threshold_metric_id),
    MetricName: text(planned.metric_name),
    Namespace: text(planned.namespace),
    Period: number(planned.period),
    Statistic: text(planned.statistic),
    ExtendedStatistic: text(planned.extended_statistic),
    Unit: text(planned.unit),
    Dimensions: dimensions(textMap(planned.dimensions)),
    TreatMissingData: text(planned.treat_missing_data) ?? 'missing',
    ActionsEnabled: boolean(planned.actions_enabled) ?? true,
    AlarmActions: texts(planned.alarm_actions),
    OKActions: texts(planned.ok_actions),
    InsufficientDataActions: texts(planned.insufficient_data_actions),
    Metrics: queries.length > 0 ? queries.map(metricQuery) : undefined,
  }) as PutMetricAlarmInput
}

function metricQuery(block: State): MetricDataQuery {
  return present({
    Id: String(block.id),
    Expression: text(block.expression),
    Label: text(block.label),
    Period: number(block.period),
    ReturnData: block.return_data === true,
    MetricStat: oneBlock(block.metric, metric =>
      present({
        Metric: present({
          MetricName: text(metric.metric_name),
          Namespace: text(metric.namespace),
          Dimensions: dimensions(textMap(metric.dimensions)),
        }),
        Period: number(metric.period),
        Stat: text(metric.stat),
        Unit: text(metric.unit),
      }),
    ),
  }) as MetricDataQuery
}

function dimensions(map: Record<string, string> | undefined): { Name: string; Value: string }[] | undefined {
  return map && Object.entries(map).map(([Name, Value]) => ({ Name, Value }))
}
