import { z } from 'zod'
import { AwsError } from '../protocol/protocol.ts'
import * as validation from '../protocol/validation.ts'
import { refusalFor } from '../protocol/validation.ts'

/* Patterns and lengths are those of the Amazon SNS API reference, CreateTopic and Publish. */

/** CreateTopic. */
export const createTopicSchema = z.object({
  Name: z.string().regex(/^[A-Za-z0-9_-]{1,256}$|^[A-Za-z0-9_-]{1,251}\.fifo$/),
})

/** Every request that names a topic. */
export const topicSchema = z.object({
  TopicArn: z.string().regex(/^arn:aws:sns:[a-z0-9-]+:\d{12}:[\w-]+(?:\.fifo)?$/),
})

const attribute = z.object({
  Name: z
    .string()
    .min(1)
    .max(256)
    .regex(/^(?!\.)(?!.*\.\.)(?!(?:AWS|Amazon)\.)[\w.-]*[\w-]$/),
  Value: z.object({ DataType: z.literal('String'), StringValue: z.string().min(1) }),
})

const mostBytes = 262_144

/** Publish to a topic. A subject is ASCII, and begins with a letter, a digit or punctuation. */
export const publishSchema = topicSchema.extend({
  Message: z
    .string()
    .min(1)
    .refine(text => Buffer.byteLength(text) <= mostBytes, 'Message too long'),
  Subject: z
    .string()
    .regex(/^[!-~][ -~]{0,99}$/)
    .exactOptional(),
  MessageAttributes: z.object({ entry: z.array(attribute) }).exactOptional(),
  MessageGroupId: z.string().min(1).max(128).exactOptional(),
  MessageDeduplicationId: z.string().min(1).max(128).exactOptional(),
})

/** Reads an operation's input, or throws the service's `InvalidParameter`. */
export function readInput<T extends z.ZodType>(schema: T, input: unknown): z.output<T> {
  return validation.readInput(schema, input, problems => invalid(refusalFor(problems).message))
}

/** 400 for what the service looked at and refused. */
export function invalid(why: string): AwsError {
  return new AwsError('InvalidParameter', 400, `Invalid parameter: ${why}`)
}
