import { z } from 'zod'
import { refuseWhen } from '../protocol/validation.ts'
import { alarmName, tagsSchema } from './input.ts'
import {
  dimensions,
  extendedStatistic,
  metricName,
  namespace,
  period,
  querySchema,
  statistics,
  unit,
} from './metric-input.ts'

/* Lengths, enums and what goes with what are those of the CloudWatch API reference, PutMetricAlarm. */

const actions = z.array(z.string().min(1).max(1024)).max(5).default([])
const thresholdOperators = [
  'GreaterThanOrEqualToThreshold',
  'GreaterThanThreshold',
  'LessThanThreshold',
  'LessThanOrEqualToThreshold',
] as const
const bandOperators = [
  'LessThanLowerOrGreaterThanUpperThreshold',
  'LessThanLowerThreshold',
  'GreaterThanUpperThreshold',
] as const
/** PutMetricAlarm; fields that are not listed are kept and returned. */
export const putAlarmSchema = z
  .looseObject({
    AlarmName: alarmName,
    AlarmDescription: z.string().max(1024).exactOptional(),
    ActionsEnabled: z.boolean().default(true),
    OKActions: actions,
    AlarmActions: actions,
    InsufficientDataActions: actions,
    MetricName: metricName.exactOptional(),
    Namespace: namespace.exactOptional(),
    Statistic: z.enum(statistics).exactOptional(),
    ExtendedStatistic: z.string().regex(extendedStatistic).exactOptional(),
    Dimensions: dimensions.default([]),
    Period: period.exactOptional(),
    Unit: unit.exactOptional(),
    EvaluationPeriods: z.number().int().min(1),
    DatapointsToAlarm: z.number().int().min(1).exactOptional(),
    Threshold: z.number().exactOptional(),
    ComparisonOperator: z.enum([...thresholdOperators, ...bandOperators]),
    TreatMissingData: z.enum(['breaching', 'notBreaching', 'ignore', 'missing']).exactOptional(),
    EvaluateLowSampleCountPercentile: z.enum(['evaluate', 'ignore']).exactOptional(),
    Metrics: z.array(querySchema).min(1).max(20).exactOptional(),
    ThresholdMetricId: z.string().min(1).max(255).exactOptional(),
    Tags: tagsSchema.default([]),
  })
  .superRefine((alarm, context) => {
    if (alarm.Metrics) checkMetrics(alarm, context)
    else checkMetric(alarm, context)
    checkThreshold(alarm, context)
    checkPeriods(alarm, context)
  })

type Alarm = z.output<typeof putAlarmSchema>

function checkMetric(alarm: Alarm, context: z.RefinementCtx): void {
  const { MetricName, Namespace, Period, Statistic, ExtendedStatistic } = alarm
  refuseWhen(
    context,
    MetricName === undefined,
    'Exactly one element of metricName, metrics must be specified',
  )
  refuseWhen(context, Namespace === undefined, 'The parameter Namespace must be specified for a metric alarm')
  refuseWhen(context, Period === undefined, 'The parameter Period must be specified for a metric alarm')
  const neither = Statistic === undefined && ExtendedStatistic === undefined
  const one = 'Exactly one of Statistic or ExtendedStatistic must be specified'
  refuseWhen(context, neither, one)
  const both = Statistic !== undefined && ExtendedStatistic !== undefined
  refuseWhen(context, both, one, 'InvalidParameterCombinationException')
}

function checkMetrics(alarm: Alarm, context: z.RefinementCtx): void {
  const { Metrics = [], ThresholdMetricId } = alarm
  const others = ['MetricName', 'Namespace', 'Statistic', 'ExtendedStatistic', 'Period', 'Unit'] as const
  const given =
    others.find(name => alarm[name] !== undefined) ?? (alarm.Dimensions.length > 0 && 'Dimensions')
  refuseWhen(context, Boolean(given), `${given} should not be set if list of Metrics is set.`)
  const ids = Metrics.map(({ Id }) => Id)
  refuseWhen(context, new Set(ids).size < ids.length, 'The ids in the list of Metrics must be unique')
  const isBand = ThresholdMetricId !== undefined
  const shown = Metrics.filter(({ ReturnData, Id }) => ReturnData !== false && Id !== ThresholdMetricId)
  refuseWhen(context, shown.length !== 1, 'Exactly one element of the metrics list should return data.')
  const isMissing = isBand && !ids.includes(ThresholdMetricId)
  refuseWhen(
    context,
    isMissing,
    'Metrics list must contain exactly one metric matching the ThresholdMetricId',
  )
}

function checkThreshold(alarm: Alarm, context: z.RefinementCtx): void {
  const { Threshold, ThresholdMetricId, ComparisonOperator } = alarm
  const isBand = (bandOperators as readonly string[]).includes(ComparisonOperator)
  const both = Threshold !== undefined && ThresholdMetricId !== undefined
  const message = 'Exactly one of Threshold or ThresholdMetricId must be specified'
  refuseWhen(context, both, message, 'InvalidParameterCombinationException')
  refuseWhen(context, isBand && ThresholdMetricId === undefined, 'ThresholdMetricId must not be null')
  refuseWhen(context, !isBand && Threshold === undefined, 'Threshold must not be null')
}

function checkPeriods(alarm: Alarm, context: z.RefinementCtx): void {
  const { Period, EvaluationPeriods, DatapointsToAlarm = EvaluationPeriods } = alarm
  const tooMany = DatapointsToAlarm > EvaluationPeriods
  refuseWhen(context, tooMany, 'DatapointsToAlarm must be less than or equal to EvaluationPeriods')
  if (Period === undefined) return
  const isValid = [10, 20, 30].includes(Period) || Period % 60 === 0
  refuseWhen(context, !isValid, 'Valid values for Period are 10, 20, 30 and any multiple of 60')
  const longest = Period >= 3600 ? 604_800 : 86_400
  const message = `Metrics cannot be checked across more than ${longest === 86_400 ? 'a day' : 'seven days'} (EvaluationPeriods * Period must be <= ${longest}).`
  refuseWhen(context, Period * EvaluationPeriods > longest, message)
}
