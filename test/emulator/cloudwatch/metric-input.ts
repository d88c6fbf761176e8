import { z } from 'zod'
import { refuseWhen } from '../protocol/validation.ts'

/* Lengths, enums and what goes with what are those of the CloudWatch API reference, type by type. */

const sizes = ['Bytes', 'Kilobytes', 'Megabytes', 'Gigabytes', 'Terabytes']
const amounts = [...sizes, ...sizes.map(name => name.replace('yte', 'it')), 'Count']
const units = ['Seconds', 'Microseconds', 'Milliseconds', 'Percent', 'None', ...amounts]
const days = 86_400

/** A metric's name. */
export const metricName = z.string().min(1).max(255)

/** A metric's namespace. */
export const namespace = metricName.regex(/^[^:].*$/)

/** What a value is measured in. */
export const unit = z.literal([...units, ...amounts.map(name => `${name}/Second`)])

/** Dimensions, which with the name and the namespace are the metric. */
export const dimensions = z
  .array(z.object({ Name: z.string().min(1).max(255), Value: z.string().min(1).max(1024) }))
  .max(30)

/** A period in seconds. */
export const period = z.number().int().min(1)

/** The simple statistics. */
export const statistics = ['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'] as const

/** Percentiles, trimmed means and their kin. */
export const extendedStatistic =
  /^(?:p|tm|tc|ts|wm)(?:\d{1,2}(?:\.\d{1,10})?|100)$|^(?:PR|TM|TC|TS|WM)\(.*:.*\)$|^IQM$/

const metric = z.object({
  Namespace: namespace.exactOptional(),
  MetricName: metricName.exactOptional(),
  Dimensions: dimensions.exactOptional(),
})

/** MetricDataQuery, of GetMetricData and of PutMetricAlarm. */
export const querySchema = z
  .looseObject({
    Id: z.string().min(1).max(255),
    Expression: z.string().min(1).max(2048).exactOptional(),
    MetricStat: z
      .object({ Metric: metric, Period: period, Stat: z.string(), Unit: unit.exactOptional() })
      .exactOptional(),
    Label: z.string().exactOptional(),
    Period: period.exactOptional(),
    ReturnData: z.boolean().exactOptional(),
  })
  .superRefine(({ Id, Expression, MetricStat }, context) => {
    refuseWhen(
      context,
      !/^[a-z][a-zA-Z0-9_]*$/.test(Id),
      `The value '${Id}' for parameter MetricDataQueries.Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$.`,
    )
    const isOne = (Expression === undefined) !== (MetricStat === undefined)
    refuseWhen(context, !isOne, 'Exactly one of Expression and MetricStat must be specified')
  })

/** The most queries of one call, and the most data points of one page (CloudWatch API reference, GetMetricData). */
const mostQueries = 500
const mostDatapoints = 100_800

/** GetMetricData; times are in seconds since the epoch. */
export const getDataSchema = z
  .object({
    MetricDataQueries: z.array(querySchema),
    StartTime: z.number(),
    EndTime: z.number(),
    ScanBy: z.enum(['TimestampDescending', 'TimestampAscending']).default('TimestampDescending'),
    MaxDatapoints: z.number().int().min(1).default(mostDatapoints),
    NextToken: z.string().exactOptional(),
  })
  .superRefine(({ MetricDataQueries: queries, StartTime, EndTime, MaxDatapoints }, context) => {
    const tooMany = `The collection MetricDataQueries must not have a size greater than ${mostQueries}.`
    refuseWhen(context, queries.length > mostQueries, tooMany)
    const ids = queries.map(({ Id }) => Id)
    refuseWhen(context, new Set(ids).size < ids.length, 'The values for parameter id must be unique.')
    const order = 'The parameter StartTime must be less than the parameter EndTime.'
    refuseWhen(context, StartTime >= EndTime, order)
    const tooLarge = `The value ${MaxDatapoints} for parameter MaxDatapoints must be at most ${mostDatapoints}.`
    refuseWhen(context, MaxDatapoints > mostDatapoints, tooLarge)
    for (const { MetricStat } of queries) if (MetricStat) checkStat(MetricStat, context)
  })

function checkStat({ Stat, Period }: { Stat: string; Period: number }, context: z.RefinementCtx): void {
  const isKnown = (statistics as readonly string[]).includes(Stat) || extendedStatistic.test(Stat)
  refuseWhen(context, !isKnown, `The value ${Stat} for parameter Stat is not valid.`)
  const isValid = [1, 5, 10, 20, 30].includes(Period) || Period % 60 === 0
  refuseWhen(context, !isValid, `Period ${Period} must be 1, 5, 10, 20, 30 or a multiple of 60.`)
}

/** How old a value may be when it comes, and how far ahead, in seconds (CloudWatch API reference, MetricDatum). */
const oldest = 14 * days
const furthest = 2 * 3600

const datum = z.object({
  MetricName: metricName,
  Dimensions: dimensions.default([]),
  Timestamp: z.number().exactOptional(),
  Value: z.number().exactOptional(),
  Values: z.array(z.number()).max(150).exactOptional(),
  Counts: z.array(z.number()).exactOptional(),
  StatisticValues: z
    .object({ SampleCount: z.number(), Sum: z.number(), Minimum: z.number(), Maximum: z.number() })
    .exactOptional(),
  Unit: unit.exactOptional(),
  StorageResolution: z.literal([1, 60]).default(60),
})

/** PutMetricData, by the time in seconds since the epoch at which it comes. */
export const putDataSchema = (now: number) =>
  z
    .object({ Namespace: namespace, MetricData: z.array(datum).min(1).max(1000) })
    .superRefine(({ Namespace, MetricData }, context) => {
      const invalid = 'InvalidParameterValueException'
      const isReserved = Namespace.startsWith('AWS/')
      refuseWhen(context, isReserved, 'The value AWS/ for parameter Namespace is invalid.', invalid)
      for (const [index, one] of MetricData.entries()) {
        const at = `MetricData.member.${index + 1}`
        checkValues(one, at, context)
        const { Timestamp = now } = one
        const isTimely = Timestamp >= now - oldest && Timestamp <= now + furthest
        const window = `The parameter ${at}.Timestamp must be within the past two weeks and at most two hours ahead.`
        refuseWhen(context, !isTimely, window, invalid)
      }
    })

function checkValues(
  { Value, Values, Counts, StatisticValues }: z.output<typeof datum>,
  at: string,
  context: z.RefinementCtx,
): void {
  const combination = 'InvalidParameterCombinationException'
  const given = [Value, Values, StatisticValues].filter(one => one !== undefined).length
  const none = `At least one of the parameters ${at}.Value and ${at}.StatisticValues must be specified.`
  refuseWhen(context, given === 0, none, combination)
  const several = `The parameters ${at}.Value, ${at}.Values and ${at}.StatisticValues exclude each other.`
  refuseWhen(context, given > 1, several, combination)
  const isUneven = Counts !== undefined && Counts.length !== Values?.length
  refuseWhen(context, isUneven, `${at}.Values and ${at}.Counts must have the same size.`, combination)
}
