import { z } from 'zod'
import { AwsError } from '../protocol/protocol.ts'
import type { Problem } from '../protocol/validation.ts'
import * as validation from '../protocol/validation.ts'

const tag = z.object({ Key: z.string().min(1).max(128), Value: z.string().max(256) })
const arns = z.array(z.string()).max(5)

/** An alarm's name (CloudWatch API reference, PutMetricAlarm: 1 to 255 characters). */
export const alarmName = z.string().min(1).max(255)

/** Tags as CloudWatch takes them. */
export const tagsSchema = z.array(tag).max(50)

/** PutMetricAlarm; fields that are not listed are kept and returned. */
export const putAlarmSchema = z
  .looseObject({
    AlarmName: alarmName,
    AlarmDescription: z.string().max(1024).exactOptional(),
    ActionsEnabled: z.boolean().default(true),
    OKActions: arns.default([]),
    AlarmActions: arns.default([]),
    InsufficientDataActions: arns.default([]),
    MetricName: z.string().exactOptional(),
    Metrics: z.array(z.looseObject({})).exactOptional(),
    Dimensions: z.array(z.object({ Name: z.string(), Value: z.string() })).default([]),
    EvaluationPeriods: z.number().int().min(1),
    ComparisonOperator: z.string().min(1),
    Tags: tagsSchema.default([]),
  })
  .refine(alarm => (alarm.MetricName === undefined) !== (alarm.Metrics === undefined), {
    message: 'Exactly one element of metricName, metrics must be specified',
  })

/** The state in a request. */
export const stateSchema = z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA'])

/** Reads an operation's input, or throws CloudWatch's `ValidationError` (CloudWatch API reference, Common Errors). */
export function readInput<T extends z.ZodType>(schema: T, input: unknown): z.output<T> {
  return validation.readInput(schema, input, refuse)
}

function refuse(problems: Problem[]): AwsError {
  return new AwsError('ValidationException', 400, validation.validationMessage(problems))
}
