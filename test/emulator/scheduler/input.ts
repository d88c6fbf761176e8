import { z } from 'zod'
import { AwsError } from '../protocol/protocol.ts'
import * as validation from '../protocol/validation.ts'
import { refuseWhen } from '../protocol/validation.ts'
import { readExpression } from './expression.ts'

/* Patterns and lengths are those of the EventBridge Scheduler API reference, CreateSchedule. */

/** A schedule's name. */
export const nameSchema = z.object({
  name: z
    .string()
    .min(1)
    .max(64)
    .regex(/^[0-9a-zA-Z-_.]+$/),
})

const target = z.looseObject({
  Arn: z.string().min(1).max(1600),
  RoleArn: z
    .string()
    .min(1)
    .max(1600)
    .regex(/^arn:aws(-[a-z]+)?:iam::\d{12}:role\/[\w+=,.@/-]+$/),
  Input: z.string().min(1).exactOptional(),
})

/** CreateSchedule and UpdateSchedule, which replaces all of a schedule; other fields are kept and returned. */
export const scheduleSchema = z
  .looseObject({
    ActionAfterCompletion: z.enum(['NONE', 'DELETE']).default('NONE'),
    Description: z.string().max(512).exactOptional(),
    FlexibleTimeWindow: z.looseObject({ Mode: z.enum(['OFF', 'FLEXIBLE']) }),
    ScheduleExpression: z.string().min(1).max(256),
    ScheduleExpressionTimezone: z.string().min(1).max(50).default('UTC'),
    State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
    Target: target,
  })
  .superRefine(({ ScheduleExpression, ScheduleExpressionTimezone }, context) => {
    const when = readExpression(ScheduleExpression)
    // The emulator knows no other time than UTC, which does not matter to what it never calls.
    const isElsewhere = ScheduleExpressionTimezone !== 'UTC' && when !== undefined && 'at' in when
    const isWrong = when === undefined || isElsewhere
    refuseWhen(context, isWrong, `Invalid Schedule Expression ${ScheduleExpression}.`)
  })

/** Reads an operation's input, or throws the service's `ValidationException`. */
export function readInput<T extends z.ZodType>(schema: T, input: unknown): z.output<T> {
  return validation.readInput(schema, input, problems => invalid(validation.refusalFor(problems).message))
}

/** 400 for what the service looked at and refused. */
export function invalid(message: string): AwsError {
  return new AwsError('ValidationException', 400, message)
}
