import { z } from 'zod'
import { AwsError } from '../protocol/protocol.ts'
import type { Problem } from '../protocol/validation.ts'
import * as validation from '../protocol/validation.ts'

const tagKey = z.string().min(1).max(128)
const tag = z.object({ Key: tagKey, Value: z.string().max(256) })

/** An alarm's name (CloudWatch API reference, PutMetricAlarm: 1 to 255 characters). */
export const alarmName = z.string().min(1).max(255)

/** Tags as CloudWatch takes them. */
export const tagsSchema = z.array(tag).max(50)

const stateSchema = z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA'])

/** DescribeAlarms. */
export const describeSchema = z
  .object({
    AlarmNames: z.array(alarmName).max(100).exactOptional(),
    AlarmNamePrefix: alarmName.exactOptional(),
    AlarmTypes: z.array(z.enum(['CompositeAlarm', 'MetricAlarm'])).exactOptional(),
    StateValue: stateSchema.exactOptional(),
    MaxRecords: z.number().int().min(1).max(100).default(50),
    NextToken: z.string().exactOptional(),
  })
  .superRefine(({ AlarmNames, AlarmNamePrefix }, context) => {
    const both = AlarmNames !== undefined && AlarmNamePrefix !== undefined
    const message = 'AlarmNames and AlarmNamePrefix cannot both be specified'
    validation.refuseWhen(context, both, message, 'InvalidParameterCombinationException')
  })

/** SetAlarmState. */
export const setStateSchema = z.object({
  AlarmName: alarmName,
  StateValue: stateSchema,
  StateReason: z.string().max(1023),
  StateReasonData: z.string().max(4000).exactOptional(),
})

/** DeleteAlarms. */
export const deleteSchema = z.object({ AlarmNames: z.array(alarmName).max(100) })

/** A request about whatever has an ARN. */
export const resourceSchema = z.object({ ResourceARN: z.string().min(1).max(1024) })

/** TagResource. */
export const tagSchema = resourceSchema.extend({ Tags: tagsSchema })

/** UntagResource. */
export const untagSchema = resourceSchema.extend({ TagKeys: z.array(tagKey) })

/** Reads an operation's input, or throws CloudWatch's `ValidationError` (CloudWatch API reference, Common Errors). */
export function readInput<T extends z.ZodType>(schema: T, input: unknown): z.output<T> {
  return validation.readInput(schema, input, refuse)
}

function refuse(problems: Problem[]): AwsError {
  const { code = 'ValidationException', message } = validation.refusalFor(problems)
  return new AwsError(code, 400, message)
}
